package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.FeedSource;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.JoinedTransactions;
import io.flotilla.binlog.Slice;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogCursorTest {
    private final CommittedLog committed = new CommittedLog(0);
    private final HandLog raft = new HandLog(committed);
    private final List<String> gateCalls = new ArrayList<>();
    private boolean gateOpens = true;
    private long mayBegin = Long.MAX_VALUE;

    private void commit(Entry entry) {
        byte[] bytes =
                switch (entry) {
                    case ReignStart start -> Entry.encode(start);
                    case Transactions transactions -> Entry.encode(transactions);
                };
        raft.append(entry.term(), bytes);
        raft.commitAll();
    }

    private LogCursor cursor(long after) {
        return new LogCursor(committed, raft, new Gate(), after, () -> false);
    }

    private List<String> all(LogCursor cursor) throws InterruptedException {
        List<String> given = new ArrayList<>();
        for (Optional<FeedSource.Item> item = cursor.next(Duration.ZERO);
                item.isPresent();
                item = cursor.next(Duration.ZERO)) {
            given.add(
                    switch (item.get()) {
                        case FeedSource.Format format -> "format" + format.event()[0];
                        case FeedSource.Bytes bytes -> name(bytes.slice());
                    });
        }
        return given;
    }

    private static String name(Slice slice) {
        return slice.gtid() + (slice.first() ? "" : "+") + (slice.last() ? "" : "...");
    }

    private static Slice gated(long term, long seq) {
        Slice plain = ChainTest.whole(term, seq);
        return new Slice(
                plain.gtid(), Slice.STANDALONE | Slice.DDL, true, true, plain.end(), plain.bytes());
    }

    @Test
    void beginsWithTheFormatAndGivesWhatFollowsThePosition() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(
                ChainTest.entry(
                        1, 0, ChainTest.whole(1, 1), ChainTest.whole(1, 2), ChainTest.whole(1, 3)));
        commit(ChainTest.entry(1, 3, ChainTest.whole(1, 4)));

        assertThat(all(cursor(1))).containsExactly("format1", "0-1-2", "0-1-3", "0-1-4");
        assertThat(all(cursor(3))).containsExactly("format1", "0-1-4");
    }

    @Test
    void goesOnWithWhatIsCommittedLater() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        LogCursor cursor = cursor(0);
        assertThat(all(cursor)).containsExactly("format1");
        commit(ChainTest.entry(1, 0, ChainTest.whole(1, 1)));
        assertThat(all(cursor)).containsExactly("0-1-1");
    }

    @Test
    void givesALargeTransactionOnlyWhenItIsWhole() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, ChainTest.whole(1, 1), ChainTest.slice(1, 2, true, false)));
        LogCursor cursor = cursor(0);
        assertThat(all(cursor)).containsExactly("format1", "0-1-1");
        commit(ChainTest.entry(1, 1, ChainTest.slice(1, 2, false, false)));
        assertThat(all(cursor)).isEmpty();
        commit(ChainTest.entry(1, 1, ChainTest.slice(1, 2, false, true), ChainTest.whole(1, 3)));
        assertThat(all(cursor)).containsExactly("0-1-2...", "0-1-2+...", "0-1-2+", "0-1-3");
    }

    @Test
    void leavesOutAPartWhoseReignEnded() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, ChainTest.whole(1, 1), ChainTest.slice(1, 2, true, false)));
        commit(ChainTest.entry(1, 1, ChainTest.slice(1, 2, false, false)));
        LogCursor early = cursor(0);
        assertThat(all(early)).containsExactly("format1", "0-1-1");
        commit(ChainTest.reign(5, new Gtid(0, 1, 1)));
        commit(ChainTest.entry(5, 1, ChainTest.whole(5, 2)));

        assertThat(all(early)).containsExactly("format1", "0-5-2");
        assertThat(all(cursor(0))).containsExactly("format1", "0-1-1", "format1", "0-5-2");
        assertThat(all(cursor(1)).getLast()).isEqualTo("0-5-2");
    }

    @Test
    void leavesOutWhatTheChainRefused() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, ChainTest.whole(1, 1)));
        commit(ChainTest.reign(2, new Gtid(0, 1, 1)));
        commit(ChainTest.entry(1, 1, ChainTest.whole(1, 2)));
        commit(ChainTest.entry(2, 1, ChainTest.whole(2, 2)));

        assertThat(all(cursor(0))).containsExactly("format1", "0-1-1", "format1", "0-2-2");
    }

    @Test
    void passesTheGateBeforeAndBehindAGatedTransaction() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, ChainTest.whole(1, 1), gated(1, 2), ChainTest.whole(1, 3)));

        assertThat(all(cursor(0))).containsExactly("format1", "0-1-1", "0-1-2", "0-1-3");
        assertThat(gateCalls).containsExactly("open 0-1-2", "close 0-1-2");
    }

    @Test
    void closesTheGateAlsoWhenNothingFollows() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, gated(1, 1)));
        LogCursor cursor = cursor(0);

        assertThat(all(cursor)).containsExactly("format1", "0-1-1");
        cursor.next(Duration.ofMillis(20));
        assertThat(gateCalls).containsExactly("open 0-1-1", "close 0-1-1");
    }

    @Test
    void waitsAtAGateThatDoesNotOpen() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, ChainTest.whole(1, 1), gated(1, 2)));
        gateOpens = false;
        LogCursor cursor = cursor(0);
        assertThat(all(cursor)).containsExactly("format1", "0-1-1");
        gateOpens = true;
        assertThat(all(cursor)).containsExactly("0-1-2");
    }

    /// GTID, TABLE_MAP, rows, XID; only types, lengths and one byte that tells rows apart are right.
    private static Slice inserted(long term, long seq) {
        ByteBuffer events = ByteBuffer.allocate(4 * 50).order(ByteOrder.LITTLE_ENDIAN);
        for (int type : new int[] {162, 19, 23, 16}) {
            int length = type == 16 ? 31 : 50;
            int at = events.position();
            events.put(at + 4, (byte) type).putInt(at + 9, length);
            events.put(at + 30, (byte) (type == 23 ? seq : 0)).position(at + length);
        }
        Slice plain = ChainTest.whole(term, seq);
        return new Slice(
                plain.gtid(),
                plain.flags(),
                true,
                true,
                plain.end(),
                Arrays.copyOf(events.array(), events.position()));
    }

    private static Slice[] inserted(long term, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> inserted(term, seq))
                .toArray(Slice[]::new);
    }

    @Test
    void joinsSmallTransactionsOfAnEntryAndNeverOfTwo() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, inserted(1, 1, 4)));
        commit(ChainTest.entry(1, 4, inserted(1, 5, 6)));
        commit(ChainTest.entry(1, 6, inserted(1, 7, 7 + JoinedTransactions.MOST)));

        assertThat(all(cursor(0))).containsExactly("format1", "0-1-4", "0-1-6", "0-1-70", "0-1-71");
        assertThat(all(cursor(2))).containsExactly("format1", "0-1-4", "0-1-6", "0-1-70", "0-1-71");
        assertThat(all(cursor(4))).containsExactly("format1", "0-1-6", "0-1-70", "0-1-71");
    }

    @Test
    void joinsNothingWithAGatedTransaction() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(
                ChainTest.entry(
                        1,
                        0,
                        inserted(1, 1),
                        inserted(1, 2),
                        gated(1, 3),
                        inserted(1, 4),
                        ChainTest.whole(1, 5),
                        inserted(1, 6),
                        inserted(1, 7)));

        assertThat(all(cursor(0)))
                .containsExactly("format1", "0-1-2", "0-1-3", "0-1-4", "0-1-5", "0-1-7");
        assertThat(gateCalls).containsExactly("open 0-1-3", "close 0-1-3");
    }

    @Test
    void joinsNothingThatMayNotBegin() throws InterruptedException {
        commit(ChainTest.reign(1, Gtid.NONE));
        commit(ChainTest.entry(1, 0, inserted(1, 1, 6)));
        mayBegin = 3;
        LogCursor cursor = cursor(0);

        assertThat(all(cursor)).containsExactly("format1", "0-1-3");
        mayBegin = 4;
        assertThat(all(cursor)).containsExactly("0-1-4");
        mayBegin = 10;
        assertThat(all(cursor)).containsExactly("0-1-6");
    }

    private final class Gate implements FeedGate {
        @Override
        public boolean mayBegin(long seq, Duration patience) {
            return seq <= mayBegin;
        }

        @Override
        public boolean open(Slice first, Duration patience) {
            gateCalls.add("open " + first.gtid());
            return gateOpens;
        }

        @Override
        public boolean close(Slice first, Duration patience) {
            gateCalls.add("close " + first.gtid());
            return true;
        }

        @Override
        public boolean alreadyThere(Slice first) {
            return false;
        }
    }
}
