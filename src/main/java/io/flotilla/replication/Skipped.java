package io.flotilla.replication;

import io.flotilla.binlog.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A transaction's id without its work: the same GTID event, and a statement that does nothing.
///
/// Needed for a former leader that executed a DDL, lost the row work before it, and must be fed that row work again
/// without the DDL (docs/design.md, section 7).
final class Skipped {
    private static final byte[] NOTHING = "DO 0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 19;
    private static final int CHECKSUM = 4;
    private static final int LENGTH_AT = 9;

    /// In a GTID event: behind the header, seq u8 and domain u4.
    private static final int FLAGS_AT = HEADER + 12;

    private static final byte QUERY_EVENT = 2;

    /// thread id u4, execution time u4, length of the database's name u1, error code u2, length of the variables u2
    private static final int QUERY_POST_HEADER = 13;

    private Skipped() {}

    /// @param ddl the first slice of a transaction that begins with one GTID event and one QUERY event; the other slices
    ///     are left out
    /// @throws IllegalArgumentException if it is anything else
    static Slice of(Slice ddl) {
        ByteBuffer in = ByteBuffer.wrap(ddl.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int gtidLength = in.getInt(LENGTH_AT);
        if (!ddl.first() || in.get(gtidLength + 4) != QUERY_EVENT) {
            throw new IllegalArgumentException(
                    "only a DDL of one statement can be left out: " + ddl.gtid());
        }
        byte[] query = nothing(ddl.bytes(), gtidLength);
        ByteBuffer out = ByteBuffer.allocate(gtidLength + query.length);
        out.put(ddl.bytes(), 0, gtidLength).put(query);
        // CREATE TABLE .. SELECT is a transaction with rows and an end; what is left of it is one
        // statement.
        out.put(FLAGS_AT, (byte) (out.get(FLAGS_AT) & ~Slice.TRANSACTIONAL | Slice.STANDALONE));
        return new Slice(ddl.gtid(), ddl.flags(), true, true, ddl.end(), out.array());
    }

    /// The QUERY event at `at` with its variables, without a database, with another text. Its checksum is left zero: the
    /// feed writes positions and checksums anew.
    private static byte[] nothing(byte[] events, int at) {
        ByteBuffer in = ByteBuffer.wrap(events).order(ByteOrder.LITTLE_ENDIAN);
        int variables = in.getShort(at + HEADER + QUERY_POST_HEADER - 2) & 0xffff;
        int length = HEADER + QUERY_POST_HEADER + variables + 1 + NOTHING.length + CHECKSUM;
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(events, at, HEADER + QUERY_POST_HEADER + variables);
        out.put((byte) 0).put(NOTHING);
        out.putInt(LENGTH_AT, length);
        out.put(HEADER + 8, (byte) 0);
        return out.array();
    }
}
