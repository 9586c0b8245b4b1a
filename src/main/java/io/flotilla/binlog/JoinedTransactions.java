package io.flotilla.binlog;

import java.util.Arrays;
import java.util.List;

/// Small transactions that follow each other, made one for a replica: the last one's GTID event, the rows of all
/// ([JoinedRows]), the last one's XID event.
///
/// A replica pays most of a small transaction's price for its end (its position's row, InnoDB's commit, a write of the
/// redo log) and a part for each event. It is a prefix of the log before and behind the joined one, and its position is
/// always that of a transaction of the log: GTIDs of one domain only have to rise (`gtid_strict_mode`).
///
/// Only what is nothing but rows of InnoDB tables is joined: what else an event may set would reach beyond its
/// transaction.
public final class JoinedTransactions {
    /// The most that become one. The end's price is shared by then, and the replica's locks are short.
    public static final int MOST = 64;

    /// The most bytes that become one.
    public static final int MOST_BYTES = 256 << 10;

    /// `foreign_key_checks` or `unique_checks` were off: InnoDB may take such rows in bulk, with a lock of the table, and
    /// only into one that was empty when its transaction began.
    private static final int ROWS_UNCHECKED = 2 | 4;

    /// An XID event's body is one number.
    private static final int XID_BYTES = Events.MIN_BYTES + Long.BYTES;

    private JoinedTransactions() {}

    /// Whether a transaction may be one of several.
    public static boolean joinable(Slice slice) {
        return slice.first()
                && slice.last()
                && !slice.gated()
                && (slice.flags() & Slice.TRANSACTIONAL) != 0
                && slice.bytes().length <= MOST_BYTES
                && isRowsOnly(slice.bytes());
    }

    /// GTID, then TABLE_MAP and rows events in any number, then XID.
    private static boolean isRowsOnly(byte[] bytes) {
        int at = 0;
        int type = 0;
        while (bytes.length - at >= Events.MIN_BYTES) {
            long length = LittleEndian.u32(bytes, at + Events.LENGTH_OFFSET);
            if (length < Events.MIN_BYTES || length > bytes.length - at || type == Events.XID) {
                return false;
            }
            type = Events.type(bytes, at);
            boolean fits =
                    at == 0
                            ? type == Events.GTID
                            : type == Events.TABLE_MAP
                                    || (type == Events.XID && length == XID_BYTES)
                                    || isPlainRows(bytes, at, type, (int) length);
            if (!fits) {
                return false;
            }
            at += (int) length;
        }
        return at == bytes.length && type == Events.XID;
    }

    private static boolean isPlainRows(byte[] bytes, int at, int type, int length) {
        return Events.isRows(type)
                && length >= Events.ROWS_MIN_BYTES
                && (LittleEndian.u16(bytes, at + Events.ROWS_FLAGS_OFFSET) & ROWS_UNCHECKED) == 0;
    }

    /// @param run one or more, each [#joinable], of one reign, with consecutive seqs
    public static Slice of(List<Slice> run) {
        Slice last = run.getLast();
        int gtidBytes = Events.length(last.bytes(), 0);
        int most = gtidBytes + XID_BYTES;
        for (Slice slice : run) {
            most += rowsBytes(slice.bytes());
        }
        byte[] joined = new byte[most];
        System.arraycopy(last.bytes(), 0, joined, 0, gtidBytes);
        JoinedRows rows = new JoinedRows(joined, gtidBytes);
        for (Slice slice : run) {
            byte[] bytes = slice.bytes();
            rows.add(bytes, Events.length(bytes, 0), bytes.length - XID_BYTES);
        }
        int end = rows.end();
        System.arraycopy(last.bytes(), last.bytes().length - XID_BYTES, joined, end, XID_BYTES);
        return new Slice(
                last.gtid(),
                last.flags(),
                true,
                true,
                last.end(),
                Arrays.copyOf(joined, end + XID_BYTES));
    }

    private static int rowsBytes(byte[] transaction) {
        return transaction.length - Events.length(transaction, 0) - XID_BYTES;
    }
}
