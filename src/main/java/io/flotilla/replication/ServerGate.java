package io.flotilla.replication;

import io.flotilla.binlog.Slice;
import io.flotilla.engine.Server;
import io.flotilla.failure.Deadline;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/// The gate before this node's following server (DESIGN section 7).
///
/// INVARIANT: at any moment at most one gated transaction is in doubt, and its mark is on disk before the server gets it.
final class ServerGate implements FeedGate {
    private final Server server;
    private final Watermark applied;
    private final SortedSet<Long> already;

    ServerGate(Server server, Watermark applied, SortedSet<Long> already) {
        this.server = server;
        this.applied = applied;
        this.already = new TreeSet<>(already);
    }

    @Override
    public boolean open(Slice first, Duration patience) throws InterruptedException {
        if (!applied.await(first.gtid().seq() - 1, Deadline.in(patience))) {
            return false;
        }
        server.disk().flushEngineLogs();
        return true;
    }

    @Override
    public boolean close(Slice first, Duration patience) throws InterruptedException {
        if (!applied.await(first.gtid().seq(), Deadline.in(patience))) {
            return false;
        }
        server.disk().flushEngineLogs();
        server.disk().syncFileSystem();
        return true;
    }

    @Override
    public boolean alreadyThere(Slice first) {
        return already.contains(first.gtid().seq());
    }
}
