package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinedRowsTest {
    private static final int ENDS = 1;

    /// Without its checksum.
    private static byte[] event(int type, byte[] body) {
        byte[] event = TestEvents.event(type, body.length, 0);
        System.arraycopy(body, 0, event, Events.HEADER_BYTES, body.length);
        LittleEndian.put32(event, event.length - Events.CRC_BYTES, 0);
        return event;
    }

    private static byte[] table(int id) {
        byte[] body = new byte[20];
        body[0] = (byte) id;
        body[19] = 7;
        return event(Events.TABLE_MAP, body);
    }

    /// Rows of three columns.
    private static byte[] rows(int type, int id, int flags, String rows) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {(byte) id, 0, 0, 0, 0, 0, (byte) flags, 0, 3});
        body.write(7);
        if (type == Events.UPDATE_ROWS) {
            body.write(5);
        }
        body.writeBytes(rows.getBytes(StandardCharsets.US_ASCII));
        return event(type, body.toByteArray());
    }

    private static byte[] bytes(byte[]... events) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] event : events) {
            all.writeBytes(event);
        }
        return all.toByteArray();
    }

    private static byte[] insert(int id, String rows) {
        return bytes(table(id), rows(Events.WRITE_ROWS, id, ENDS, rows));
    }

    private static byte[] joined(byte[]... parts) {
        byte[] out = new byte[1 + Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        JoinedRows joined = new JoinedRows(out, 1);
        for (byte[] part : parts) {
            joined.add(part, 0, part.length);
        }
        return Arrays.copyOfRange(out, 1, joined.end());
    }

    @Test
    void makesOneStatementOfWhatIsAlike() {
        for (int type : new int[] {Events.WRITE_ROWS, Events.UPDATE_ROWS, Events.DELETE_ROWS}) {
            byte[][] parts =
                    List.of("a", "bb", "ccc").stream()
                            .map(row -> bytes(table(1), rows(type, 1, ENDS, row)))
                            .toArray(byte[][]::new);
            assertThat(joined(parts)).isEqualTo(bytes(table(1), rows(type, 1, ENDS, "abbccc")));
        }
    }

    @Test
    void joinsStatementsOfOneTransactionAndOfSeveral() {
        assertThat(joined(bytes(insert(1, "a"), insert(1, "b")), insert(1, "c")))
                .isEqualTo(insert(1, "abc"));
    }

    @Test
    void keepsTheOrderOfWhatIsNotAlike() {
        byte[] update = bytes(table(1), rows(Events.UPDATE_ROWS, 1, ENDS, "u"));
        assertThat(joined(insert(1, "a"), insert(2, "b"), insert(2, "c"), update, insert(1, "d")))
                .isEqualTo(bytes(insert(1, "a"), insert(2, "bc"), update, insert(1, "d")));
    }

    /// Whatever else differs in a header or before the rows.
    @Test
    void leavesWhatDiffersInOneByteButItsLengthAndItsPlace() {
        byte[] one = insert(1, "a");
        int rowsAt = table(1).length;
        int before = rowsAt + Events.HEADER_BYTES + 10;
        for (int at = 0; at < before; at++) {
            byte[] other = one.clone();
            other[at] ^= 64;
            int within = at < rowsAt ? at : at - rowsAt;
            boolean length = within >= Events.LENGTH_OFFSET && within < Events.END_LOG_POS_OFFSET;
            boolean place = within >= Events.END_LOG_POS_OFFSET && within < Events.FLAGS_OFFSET;
            boolean checksum = at >= rowsAt - Events.CRC_BYTES && at < rowsAt;
            if (!length) {
                assertThat(joined(one, other))
                        .as("byte %d", at)
                        .isEqualTo(place || checksum ? insert(1, "aa") : bytes(one, other));
            }
        }
    }

    @Test
    void leavesStatementsOfSeveralEvents() {
        byte[] twoTables =
                bytes(
                        table(1),
                        table(2),
                        rows(Events.WRITE_ROWS, 2, 0, "a"),
                        rows(Events.WRITE_ROWS, 1, ENDS, "b"));
        byte[] twoParts =
                bytes(
                        table(1),
                        rows(Events.WRITE_ROWS, 1, 0, "a"),
                        rows(Events.WRITE_ROWS, 1, ENDS, "b"));
        assertThat(joined(insert(1, "x"), twoTables, insert(1, "y"), twoParts, insert(1, "z")))
                .isEqualTo(
                        bytes(insert(1, "x"), twoTables, insert(1, "y"), twoParts, insert(1, "z")));
        assertThat(joined(twoTables, insert(2, "a"), insert(2, "b")))
                .isEqualTo(bytes(twoTables, insert(2, "ab")));
    }

    @Test
    void readsTheNumberOfColumnsOfAWideTable() {
        assertThat(joined(wide(300, "a"), wide(300, "b"))).isEqualTo(wide(300, "ab"));
        assertThat(joined(wide(300, "a"), wide(301, "b")))
                .isEqualTo(bytes(wide(300, "a"), wide(301, "b")));
    }

    private static byte[] wide(int columns, String rows) {
        byte[] body = new byte[6 + 2 + 3 + (columns + 7) / 8 + rows.length()];
        body[0] = 1;
        body[6] = ENDS;
        body[8] = (byte) 252;
        LittleEndian.put16(body, 9, columns);
        System.arraycopy(
                rows.getBytes(StandardCharsets.US_ASCII),
                0,
                body,
                body.length - rows.length(),
                rows.length());
        return bytes(table(1), event(Events.WRITE_ROWS, body));
    }

    @Test
    void hasALimitForOneEvent() {
        String row = "x".repeat(JoinedRows.MOST_BYTES / 3);
        byte[] pair = insert(1, row + row);
        byte[] joined = joined(insert(1, row), insert(1, row), insert(1, row), insert(1, row));
        assertThat(Arrays.equals(joined, bytes(pair, pair))).isTrue();
    }

    /// It must not fail on events of which only the lengths are right; those have been looked at.
    @Test
    void takesWhateverIsInEvents() {
        Random random = new Random(1);
        byte[] one = bytes(insert(1, "abc"), insert(1, "d"));
        Set<Integer> lengths = new HashSet<>();
        for (int at = 0; at < one.length; ) {
            for (int i = 0; i < 4; i++) {
                lengths.add(at + Events.LENGTH_OFFSET + i);
            }
            at += Events.length(one, at);
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] copy = one.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                int at = random.nextInt(copy.length);
                copy[at] = lengths.contains(at) ? copy[at] : (byte) random.nextInt();
            }
            byte[] joined = joined(copy);
            assertThat(joined.length).isLessThanOrEqualTo(copy.length);
            assertThat(joined(joined)).isEqualTo(joined);
        }
    }
}
