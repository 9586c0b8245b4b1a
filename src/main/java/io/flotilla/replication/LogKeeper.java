package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.consensus.ReplicatedLog.CompactedException;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.KeptBase;
import io.flotilla.engine.Replacement;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.provision.SnapshotRequest;
import io.flotilla.provision.Transfer;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives up the front of the log when it has become long, on a thread of its own.
///
/// INVARIANT I7: nothing is given up that this node may still need. Before anything is, it has a base (a copy of a
/// server's data at some position), and the log goes on from that position: whatever happens to the servers of all nodes
/// at once, each can be made anew from its own base and its own log. A server that is behind is proved against what is
/// left of the log, and rebuilt when it stands before that. Followers that are a little behind find the younger half.
final class LogKeeper implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(2);

    /// After a failure; nothing is in a hurry, and a copy of the data is not for nothing.
    private static final Duration PAUSE = Duration.ofSeconds(20);

    private static final Logger log = LoggerFactory.getLogger(LogKeeper.class);

    private final Parts parts;
    private final Thread thread;

    LogKeeper(Parts parts) {
        this.parts = parts;
        // Virtual: an interrupt ends its waiting for another node.
        thread = Thread.ofVirtual().name("log-keeper").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!parts.signals().stopping()) {
                Thread.sleep(LOOK);
                look();
            }
        } catch (InterruptedException e) {
            log.debug("the log is kept no longer", e);
        } catch (Throwable e) {
            parts.fatal().fatal("keeping the log", e);
        }
    }

    private void look() throws InterruptedException {
        try {
            long bytes = parts.raft().bytes();
            if (bytes > least() && serves() && bytes > limit()) {
                keep(limit() / 2);
            }
        } catch (IOException | EngineException e) {
            if (Thread.interrupted() || parts.signals().stopping()) {
                throw new InterruptedException();
            }
            log.warn("the log cannot be made shorter now: {}", e.getMessage());
            Thread.sleep(PAUSE);
        }
    }

    private long least() {
        long asked = parts.config().keep();
        return asked > 0 ? asked : ReplicationConfig.LEAST_KEPT;
    }

    private long limit() throws IOException {
        return parts.config().keep() > 0
                ? least()
                : Math.max(least(), parts.engine().base().bytes());
    }

    /// Whether this node's own server is proved and about level: else it has more important things to do, needs its log,
    /// and would make a base that is of little use.
    private boolean serves() {
        return switch (parts.front().phase().role()) {
            case FOLLOWING, LEADING ->
                    parts.committed().last().seq() - parts.front().applied()
                            <= parts.config().replay();
            case PROVING, PROMOTING, STEPPING, REBUILDING, UNPROVED, STOPPED -> false;
        };
    }

    private void keep(long left) throws IOException {
        KeptBase base = parts.engine().base();
        long tail = parts.raft().indexBeforeLast(left);
        if (indexBehind(base).isEmpty() || indexBehind(base).getAsLong() < tail) {
            renew(base);
        }
        OptionalLong behind = indexBehind(base);
        if (behind.isPresent()) {
            cut(Math.min(tail, behind.getAsLong()));
        }
    }

    /// The entry with which the log goes on from the base; empty when it does not.
    private OptionalLong indexBehind(KeptBase base) {
        Optional<Gtid> position = base.position().filter(parts.committed()::contains);
        return position.isEmpty()
                ? OptionalLong.empty()
                : parts.committed().entryOf(position.get().seq() + 1);
    }

    /// From the own server, or from a follower's when this node leads: a leader's clients would wait. The only node there
    /// is has no choice.
    private void renew(KeptBase base) throws IOException {
        boolean alone = parts.members().size() == 1;
        List<NodeId> donors =
                parts.front().phase().role() == Standing.Role.FOLLOWING || alone
                        ? List.of(parts.self())
                        : parts.members().stream()
                                .map(Member::id)
                                .filter(id -> !id.equals(parts.self()))
                                .toList();
        IOException failure = new IOException("nobody gives a base");
        for (NodeId donor : donors) {
            try {
                renew(base, donor, alone);
                return;
            } catch (IOException e) {
                e.addSuppressed(failure);
                failure = e;
            }
        }
        throw failure;
    }

    private void renew(KeptBase base, NodeId donor, boolean alone) throws IOException {
        Replacement next = base.begin();
        try {
            parts.provision()
                    .fetch(
                            donor,
                            new SnapshotRequest(parts.committed().firstSeq() - 1, alone),
                            parts.engine().binaries().version(),
                            next,
                            new Transfer());
            base.put(next);
        } catch (IOException e) {
            next.discard();
            throw e;
        }
    }

    /// Gives up the entries before `index`, or before the last one in front of it at which no transaction is half told.
    private void cut(long index) throws IOException {
        long at = index;
        while (at > parts.raft().firstIndex()) {
            Optional<LogStart> start = startBefore(at);
            if (start.isPresent()) {
                parts.raft().compact(start.get().index(), start.get().encode());
                parts.committed().forget(start.get());
                log.info(
                        "node {}: the log begins behind entry {}, transaction '{}'; it had {} KiB",
                        parts.self(),
                        start.get().index(),
                        start.get().last(),
                        parts.raft().bytes() >> 10);
                return;
            }
            at = parts.committed().entryBefore(at).orElse(0);
        }
    }

    private Optional<LogStart> startBefore(long index) throws IOException {
        try {
            Optional<byte[]> bytes = parts.raft().read(index);
            if (bytes.isEmpty() || !parts.committed().isAccepted(index)) {
                return Optional.empty();
            }
            Optional<Long> last =
                    switch (Entry.decode(bytes.get())) {
                        case ReignStart start -> Optional.of(start.last().seq());
                        case Transactions entry -> lastBefore(entry);
                    };
            return last.map(seq -> parts.committed().startBefore(index, seq));
        } catch (CompactedException e) {
            throw new IOException("entry " + index + " is gone already", e);
        }
    }

    private static Optional<Long> lastBefore(Transactions entry) {
        Slice first = entry.slices().getFirst();
        return first.first() ? Optional.of(entry.previous()) : Optional.empty();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
