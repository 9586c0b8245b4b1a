package io.flotilla.binlog;

/// A run of bytes of one transaction's event stream, exactly as the leader's server wrote it (19-byte headers and CRC32
/// included).
///
/// A small transaction is one slice with `first` and `last` set. A large one is cut at [#MAX_BYTES], anywhere, also
/// inside an event; its slices follow each other without another transaction in between, and nobody may show a part of
/// it to a server before the last slice has arrived.
///
/// @param gtid the transaction's id, the same on all its slices
/// @param flags the flags byte of the GTID event, the same on all its slices
/// @param first whether these are the transaction's first bytes
/// @param last whether these are its last bytes
/// @param end where the transaction ends in the leader's binlog; on a slice that is not the last, where this slice's
///     last whole event ends (informative only)
/// @param bytes the events; owned by the slice: neither side changes them after it was made
public record Slice(
        Gtid gtid, int flags, boolean first, boolean last, BinlogPosition end, byte[] bytes) {
    /// The most bytes one slice carries.
    public static final int MAX_BYTES = 1 << 20;

    /// The event group has no terminating event: DDL, GRANT, FLUSH, ANALYZE.
    public static final int STANDALONE = 1;

    public static final int TRANSACTIONAL = 4;
    public static final int DDL = 32;
    public static final int PREPARED_XA = 64;
    public static final int COMPLETED_XA = 128;

    public Slice {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "slice of " + bytes.length + " bytes; at most " + MAX_BYTES);
        }
    }

    /// Whether the transaction must pass the gate alone: everything that is not plain transactional row work.
    /// (A group without TRANSACTIONAL touched a table that is not InnoDB, or a sequence.)
    public boolean gated() {
        return (flags & (STANDALONE | DDL | PREPARED_XA | COMPLETED_XA)) != 0;
    }

    /// Whether the server's status counter `Binlog_commits` goes up by one when the transaction has become visible
    /// (measured on 11.4.5: every group without STANDALONE, and the completing half of XA).
    public boolean countsAsCommit() {
        return (flags & STANDALONE) == 0 || (flags & COMPLETED_XA) != 0;
    }
}
