package io.flotilla.binlog;

import java.util.Arrays;

/// The rows of transactions, in which what neighbouring statements did to one table alike is one statement: one TABLE_MAP
/// event and one rows event with the rows of all, in their order.
///
/// A replica writes each event into its relay log, and opens and locks its tables for each statement: of a single row, that
/// is more than half of what it costs.
///
/// Joined are statements of one TABLE_MAP event and one rows event that agree in everything but the rows: kind, flags and
/// second, the table with its columns, and which of them are given. (The second: a table versioned by time takes it from the
/// event.) Checksums are not made anew: [EventRewriter] does.
final class JoinedRows {
    /// The most of one rows event. A server makes them of some 8 KiB (`binlog_row_event_max_size`), or of one row.
    static final int MOST_BYTES = 64 << 10;

    /// Of a rows event and of a TABLE_MAP event.
    private static final int TABLE_ID_OFFSET = Events.HEADER_BYTES;

    private static final int TABLE_ID_BYTES = 6;

    /// Of a rows event: flags u2, then the number of columns, then a bit for each that is given; for an update once more.
    private static final int COLUMNS_OFFSET = Events.ROWS_FLAGS_OFFSET + 2;

    /// The statement ends with this event.
    private static final int ENDS = 1;

    /// A number below is one byte; this byte says that the number is in the next two.
    private static final int ONE_BYTE = 251;

    private static final int TWO_BYTES = 252;

    private final byte[] out;
    private int end;

    /// Where the last statement's two events begin in `out`, if others may be joined with it; -1 else.
    private int table = -1;

    private int rows;

    /// Whether what was added last belongs to a statement of more events.
    private boolean inside;

    /// @param out has room for all that will be added
    /// @param from where its first byte goes
    JoinedRows(byte[] out, int from) {
        this.out = out;
        this.end = from;
    }

    /// Where what was added ends.
    int end() {
        return end;
    }

    /// Adds TABLE_MAP and rows events, whole ones.
    void add(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int next = at + Events.length(bytes, at);
            if (!inside && next < to && isStatement(bytes, at, next)) {
                add(bytes, at, next, next + Events.length(bytes, next));
                at = next + Events.length(bytes, next);
            } else {
                inside = !endsStatement(bytes, at);
                table = -1;
                copy(bytes, at, next);
                at = next;
            }
        }
    }

    /// Whether these two events are a statement.
    private static boolean isStatement(byte[] bytes, int table, int rows) {
        return Events.type(bytes, table) == Events.TABLE_MAP
                && endsStatement(bytes, rows)
                && Events.length(bytes, table) >= Events.MIN_BYTES + TABLE_ID_BYTES
                && same(
                        bytes,
                        table,
                        bytes,
                        rows,
                        TABLE_ID_OFFSET,
                        TABLE_ID_OFFSET + TABLE_ID_BYTES);
    }

    private static boolean endsStatement(byte[] bytes, int at) {
        return Events.isRows(Events.type(bytes, at))
                && (LittleEndian.u16(bytes, at + Events.ROWS_FLAGS_OFFSET) & ENDS) != 0;
    }

    private void add(byte[] bytes, int tableAt, int rowsAt, int to) {
        int first = firstRow(bytes, rowsAt);
        if (table >= 0 && first > 0 && isLikeLast(bytes, tableAt, rowsAt, first)) {
            int sum = end - rows + to - rowsAt - first - Events.CRC_BYTES;
            if (sum <= MOST_BYTES) {
                end -= Events.CRC_BYTES;
                copy(bytes, rowsAt + first, to);
                LittleEndian.put32(out, rows + Events.LENGTH_OFFSET, sum);
                return;
            }
        }
        table = first > 0 ? end : -1;
        copy(bytes, tableAt, rowsAt);
        rows = end;
        copy(bytes, rowsAt, to);
    }

    /// Where the rows begin in a rows event; 0 where that cannot be told.
    private static int firstRow(byte[] bytes, int at) {
        int limit = Events.length(bytes, at) - Events.CRC_BYTES;
        int first = COLUMNS_OFFSET;
        if (limit < first + 3) {
            return 0;
        }
        int columns = bytes[at + first] & 0xff;
        if (columns < ONE_BYTE) {
            first++;
        } else if (columns == TWO_BYTES) {
            columns = LittleEndian.u16(bytes, at + first + 1);
            first += 3;
        } else {
            return 0;
        }
        int bits = (columns + 7) / 8;
        first += Events.type(bytes, at) == Events.UPDATE_ROWS ? 2 * bits : bits;
        return first < limit ? first : 0;
    }

    private boolean isLikeLast(byte[] bytes, int tableAt, int rowsAt, int first) {
        return Events.length(bytes, tableAt) == Events.length(out, table)
                && isLike(bytes, tableAt, table, Events.length(out, table) - Events.CRC_BYTES)
                && first <= Events.length(out, rows) - Events.CRC_BYTES
                && isLike(bytes, rowsAt, rows, first);
    }

    /// Whether two events agree up to `limit`, but for their lengths and where they lay in the leader's file.
    private boolean isLike(byte[] bytes, int at, int last, int limit) {
        return same(bytes, at, out, last, 0, Events.LENGTH_OFFSET)
                && same(bytes, at, out, last, Events.FLAGS_OFFSET, limit);
    }

    private static boolean same(byte[] a, int atA, byte[] b, int atB, int from, int to) {
        return Arrays.equals(a, atA + from, atA + to, b, atB + from, atB + to);
    }

    private void copy(byte[] bytes, int from, int to) {
        System.arraycopy(bytes, from, out, end, to - from);
        end += to - from;
    }
}
