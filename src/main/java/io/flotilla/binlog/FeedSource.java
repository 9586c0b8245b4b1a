package io.flotilla.binlog;

import java.time.Duration;
import java.util.Optional;

/// Where a [Feed] gets the committed transactions from; the replication layer implements it over the Raft log.
public interface FeedSource {
    /// Opens the stream of committed transactions that follow `position`.
    ///
    /// @throws UnknownPositionException if `position` is not the end of a transaction in the log, or lies before its
    ///     first one: the replica gets error 1236, its I/O thread stops for good, and the node decides what to do
    Cursor open(Gtid position) throws UnknownPositionException;

    /// A stream in order; used by one thread, closed when the replica's connection ends.
    interface Cursor extends AutoCloseable {
        /// The next item, waiting for it at most `patience`; empty when there was none (the feed sends a heartbeat).
        Optional<Item> next(Duration patience) throws InterruptedException;

        @Override
        void close();
    }

    /// What goes over the stream.
    sealed interface Item {}

    /// A new reign begins: what follows is in this format. Always the first item of a stream.
    ///
    /// @param event a whole FORMAT_DESCRIPTION event as the leader's server wrote it
    record Format(byte[] event) implements Item {}

    /// Bytes of the next transaction; all slices of a transaction follow each other.
    record Bytes(Slice slice) implements Item {}

    /// The replica asked for a position this log does not have.
    final class UnknownPositionException extends Exception {
        private static final long serialVersionUID = 1L;

        public UnknownPositionException(String message) {
            super(message);
        }
    }
}
