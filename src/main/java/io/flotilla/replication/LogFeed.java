package io.flotilla.replication;

import io.flotilla.binlog.FeedSource;
import io.flotilla.binlog.Gtid;

/// The committed log as the source of this node's [io.flotilla.binlog.Feed].
final class LogFeed implements FeedSource {
    private final Parts parts;
    private final FeedGate gate;
    private volatile boolean ended;

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
        return new LogCursor(parts.committed(), parts.raft(), gate, position.seq(), () -> ended);
    }

    /// Lets a cursor that waits return at once.
    void end() {
        ended = true;
        parts.committed().wake();
    }
}
