package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JoinedTransactionsTest {
    private static final int GTID_BODY = 19;
    private static final int XID_BODY = 8;

    private static Slice slice(int flags, byte[]... events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] event : events) {
            bytes.writeBytes(event);
        }
        return new Slice(
                new Gtid(0, 7, 1),
                flags,
                true,
                true,
                new BinlogPosition("bin.000001", 4),
                bytes.toByteArray());
    }

    private static byte[] gtid() {
        return TestEvents.event(Events.GTID, GTID_BODY, 0);
    }

    private static byte[] rows(int type, int flags) {
        byte[] event = TestEvents.event(type, 40, 0);
        LittleEndian.put16(event, Events.HEADER_BYTES + 6, flags);
        event[Events.HEADER_BYTES + 8] = 5;
        return event;
    }

    private static byte[] table() {
        return TestEvents.event(Events.TABLE_MAP, 30, 0);
    }

    private static byte[] xid() {
        return TestEvents.event(Events.XID, XID_BODY, 0);
    }

    private static Slice inserted() {
        return slice(Slice.TRANSACTIONAL, gtid(), table(), rows(Events.WRITE_ROWS, 1), xid());
    }

    @Test
    void takesWhatIsNothingButRows() {
        assertThat(JoinedTransactions.joinable(inserted())).isTrue();
        assertThat(
                        JoinedTransactions.joinable(
                                slice(
                                        Slice.TRANSACTIONAL,
                                        gtid(),
                                        table(),
                                        table(),
                                        rows(Events.UPDATE_ROWS, 0),
                                        rows(Events.DELETE_ROWS, 1),
                                        xid())))
                .isTrue();
    }

    @Test
    void takesNothingThatPassesTheGateOrIsNotInnoDb() {
        byte[][] events = {gtid(), table(), rows(Events.WRITE_ROWS, 1), xid()};
        assertThat(
                        Stream.of(
                                        0,
                                        Slice.TRANSACTIONAL | Slice.STANDALONE,
                                        Slice.TRANSACTIONAL | Slice.DDL,
                                        Slice.TRANSACTIONAL | Slice.PREPARED_XA,
                                        Slice.TRANSACTIONAL | Slice.COMPLETED_XA)
                                .map(flags -> JoinedTransactions.joinable(slice(flags, events))))
                .containsOnly(false);
    }

    @Test
    void takesNoRowsThatWereWrittenWithoutChecks() {
        for (int flag : new int[] {2, 4}) {
            assertThat(
                            JoinedTransactions.joinable(
                                    slice(
                                            Slice.TRANSACTIONAL,
                                            gtid(),
                                            table(),
                                            rows(Events.WRITE_ROWS, 1 | flag),
                                            xid())))
                    .isFalse();
        }
    }

    @Test
    void takesNoOtherEvents() {
        for (int type : new int[] {Events.QUERY, Events.INTVAR, Events.ANNOTATE_ROWS, 166}) {
            assertThat(
                            JoinedTransactions.joinable(
                                    slice(
                                            Slice.TRANSACTIONAL,
                                            gtid(),
                                            TestEvents.event(type, 40, 0),
                                            rows(Events.WRITE_ROWS, 1),
                                            xid())))
                    .as("type %d", type)
                    .isFalse();
        }
    }

    @Test
    void takesOnlyWholeTransactions() {
        Slice whole = inserted();
        byte[] bytes = whole.bytes();
        assertThat(JoinedTransactions.joinable(slice(4, gtid(), table()))).isFalse();
        assertThat(JoinedTransactions.joinable(slice(4, gtid(), xid(), table(), xid()))).isFalse();
        assertThat(JoinedTransactions.joinable(slice(4, bytes, new byte[3]))).isFalse();
        assertThat(
                        JoinedTransactions.joinable(
                                new Slice(
                                        whole.gtid(),
                                        whole.flags(),
                                        true,
                                        false,
                                        whole.end(),
                                        bytes)))
                .isFalse();
    }

    @Test
    void isTheLastOnesIdWithTheRowsOfAll() {
        List<Slice> run = new ArrayList<>();
        List<byte[]> rows = new ArrayList<>();
        for (int seq = 1; seq <= 3; seq++) {
            byte[] id = gtid();
            LittleEndian.put64(id, Events.GTID_SEQ_OFFSET, seq);
            // of another kind than its neighbours
            byte[] row = rows(seq == 2 ? Events.UPDATE_ROWS : Events.WRITE_ROWS, 1);
            row[row.length - Events.CRC_BYTES - 1] = (byte) seq;
            rows.add(row);
            byte[] xid = xid();
            xid[Events.HEADER_BYTES] = (byte) (100 + seq);
            Slice made = slice(Slice.TRANSACTIONAL, id, table(), row, xid);
            run.add(
                    new Slice(
                            new Gtid(0, 7, seq),
                            made.flags(),
                            true,
                            true,
                            new BinlogPosition("bin.000001", 100L * seq),
                            made.bytes()));
        }

        Slice joined = JoinedTransactions.of(run);

        assertThat(joined.gtid()).isEqualTo(new Gtid(0, 7, 3));
        assertThat(joined.end()).isEqualTo(run.getLast().end());
        assertThat(joined.first()).isTrue();
        assertThat(joined.last()).isTrue();
        byte[] lastId = gtid();
        LittleEndian.put64(lastId, Events.GTID_SEQ_OFFSET, 3);
        byte[] lastXid = xid();
        lastXid[Events.HEADER_BYTES] = 103;
        assertThat(joined.bytes())
                .isEqualTo(
                        slice(
                                        4,
                                        lastId,
                                        table(),
                                        rows.get(0),
                                        table(),
                                        rows.get(1),
                                        table(),
                                        rows.get(2),
                                        lastXid)
                                .bytes());
        assertThat(JoinedTransactions.joinable(joined)).isTrue();
    }

    @Test
    void isAStatementWhereItsTransactionsDidTheSame() {
        Slice one = inserted();

        Slice joined = JoinedTransactions.of(List.of(one, one, one));

        int row = 40 - (6 + 2 + 1 + 1);
        assertThat(joined.bytes()).hasSize(one.bytes().length + 2 * row);
        assertThat(JoinedTransactions.joinable(joined)).isTrue();
    }
}
