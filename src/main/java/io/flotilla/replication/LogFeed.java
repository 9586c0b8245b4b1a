package io.flotilla.replication;

import io.flotilla.binlog.FeedSource;
import io.flotilla.binlog.Gtid;
import java.time.Duration;
import java.util.Optional;

/// The committed log as the source of this node's [io.flotilla.binlog.Feed].
final class LogFeed implements FeedSource {
    private final Parts parts;
    private final FeedGate gate;
    private volatile boolean ended;

    /// In [System#nanoTime]; 0 while nothing fails.
    private volatile long failingSince;

    LogFeed(Parts parts, FeedGate gate) {
        this.parts = parts;
        this.gate = gate;
    }

    @Override
    public Cursor open(Gtid position) throws UnknownPositionException {
        if (!parts.committed().contains(position)) {
            throw new UnknownPositionException(
                    "transaction '"
                            + position
                            + "' is not in the log, which is at '"
                            + parts.committed().last()
                            + "'");
        }
        return new Watched(
                new LogCursor(parts.committed(), parts.raft(), gate, position.seq(), () -> ended));
    }

    /// For how long every attempt to read from it has failed; zero when the last one did not. The server asks again and
    /// again, and knows of no reason to stop.
    Duration failing() {
        long since = failingSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /// Takes note of what fails.
    private final class Watched implements FeedSource.Cursor {
        private final FeedSource.Cursor cursor;

        Watched(FeedSource.Cursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public Optional<FeedSource.Item> next(Duration patience) throws InterruptedException {
            try {
                Optional<FeedSource.Item> item = cursor.next(patience);
                // each stream begins with the format, which says nothing
                if (!(item.orElse(null) instanceof FeedSource.Format)) {
                    failingSince = 0;
                }
                return item;
            } catch (RuntimeException e) {
                if (failingSince == 0 && !ended) {
                    failingSince = Math.max(1, System.nanoTime());
                }
                throw e;
            }
        }

        @Override
        public void close() {
            cursor.close();
        }
    }

    /// Lets a cursor that waits return at once.
    void end() {
        ended = true;
        parts.committed().wake();
    }
}
