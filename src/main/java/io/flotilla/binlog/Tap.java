package io.flotilla.binlog;

import java.io.IOException;

/// A semi-synchronous replica of our own leading server: it reads what the server has written to its binlog, and the
/// server holds each commit until [#acknowledge] says so.
public final class Tap implements AutoCloseable {
    private Tap() {}

    /// Attaches to the server, and returns when its stream has begun.
    ///
    /// @param replicaId the server id this replica gives itself; a new one for each attach (a reused one makes the
    ///     server kill the former stream first, which costs about 100 ms)
    /// @param after the last transaction known: the stream begins with the next one
    /// @throws IOException if the server cannot be reached, refuses, or does not know `after`
    public static Tap attach(TapAddress address, long replicaId, Gtid after, TapListener listener) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// The FORMAT_DESCRIPTION event of the server's first binlog file, read by a replica that is not semi-synchronous,
    /// acknowledges nothing and leaves at once.
    public static byte[] readFormatDescription(TapAddress address, long replicaId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Lets the server finish every commit up to `end`. Thread-safe; does not wait for the server; a position before
    /// one that was acknowledged already is left out. Without effect when the tap is closed or broken.
    public void acknowledge(BinlogPosition end) {
        throw new UnsupportedOperationException();
    }

    /// The FORMAT_DESCRIPTION event with which the stream began.
    public byte[] formatDescription() {
        throw new UnsupportedOperationException();
    }

    public TapCounters counters() {
        throw new UnsupportedOperationException();
    }

    /// Leaves the server; commits that wait go on waiting. When it returns, no call of the listener is under way (save
    /// when a listener's method calls it) and none will come.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
