package io.flotilla.binlog;

import java.io.IOException;

/// A primary for our own following server: its replica threads fetch from here what a [FeedSource] gives.
///
/// Listens on the loopback address, with a port and an account of its own; serves one replica at a time (a new stream
/// ends the one before).
public final class Feed implements AutoCloseable {
    private Feed() {}

    public static Feed start(FeedSource source) throws IOException {
        throw new UnsupportedOperationException();
    }

    public FeedAddress address() {
        throw new UnsupportedOperationException();
    }

    public FeedCounters counters() {
        throw new UnsupportedOperationException();
    }

    /// Ends all connections and waits for their threads; the source's cursors are closed when it returns.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
