package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Nothing is known of the server but how its last run ended: it is recovered, started, and its position looked up in the
/// log.
///
/// INVARIANT I3: until the position is found the server serves nothing. It is judged only when the log is known up to a
/// quorum's read index: the library commits with any majority, so a leader's server may be ahead of its own node's log,
/// and a reign may still have entries on the way until another reign has begun.
final class Proving implements State {
    private static final Logger log = LoggerFactory.getLogger(Proving.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    /// Between two attempts that found no room.
    private static final Duration LATER = Duration.ofSeconds(1);

    private final Parts parts;

    /// Whether an empty server is fed the whole log, however long that takes: nobody has data to give.
    private final boolean replay;

    /// The start of the server that is under way already.
    private final Optional<EarlyStart> early;

    Proving(Parts parts) {
        this(parts, false, Optional.empty());
    }

    /// The first state of a node.
    Proving(Parts parts, Optional<EarlyStart> early) {
        this(parts, false, early);
    }

    Proving(Parts parts, boolean replay) {
        this(parts, replay, Optional.empty());
    }

    private Proving(Parts parts, boolean replay, Optional<EarlyStart> early) {
        this.parts = parts;
        this.replay = replay;
        this.early = early;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.PROVING;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        // A start that is under way has met its full disk, or has not.
        if (parts.signals().stopping() || (early.isEmpty() && !RoomWait.over(parts))) {
            abandonEarly();
            return null;
        }
        Optional<String> difference = parts.verify().difference();
        if (difference.isPresent()) {
            abandonEarly();
            return new Unproved(parts, null, "its server " + difference.get());
        }
        @Nullable Server server = null;
        try {
            Recovered recovered =
                    early.isPresent() ? early.get().take() : Recovered.start(parts.engine());
            server = recovered.server();
            server.onExit(exit -> parts.signals().wake());
            return awaitLog(server, recovered.notInTerm()) ? judge(recovered) : abandon(server);
        } catch (EngineException | ServerTrouble | IOException | UncheckedIOException e) {
            log.warn("the server of this node cannot be proved: {}", e.getMessage());
            if (RoomWait.explains(parts, e)) {
                return later(server);
            }
            return new Unproved(parts, server, "its server cannot be proved: " + e.getMessage());
        }
    }

    private void abandonEarly() throws InterruptedException {
        if (early.isPresent()) {
            early.get().abandon();
        }
    }

    /// INVARIANT: for want of room nothing is held against a server's data; a rebuild would need more.
    private State later(@Nullable Server server) throws InterruptedException {
        if (server != null) {
            server.kill();
        }
        parts.signals().await(() -> false, LATER);
        return new Proving(parts, replay);
    }

    private @Nullable State abandon(Server server) throws InterruptedException {
        if (parts.signals().stopping() || server.alive()) {
            server.kill();
        }
        return parts.signals().stopping() ? null : new Proving(parts, replay);
    }

    /// Waits until this node has every entry that may have to do with its server.
    ///
    /// @param notInTerm the reign this server led; its end must have been seen
    /// @return false when the server died or a stop was asked for first
    private boolean awaitLog(Server server, long notInTerm) throws InterruptedException {
        long start = System.nanoTime();
        boolean told = false;
        while (server.alive() && !parts.signals().stopping()) {
            long term = parts.raft().leadership().term();
            if (term > notInTerm && readIndex() && parts.raft().leadership().term() > notInTerm) {
                return true;
            }
            long waited = System.nanoTime() - start;
            if (!told && waited > Duration.ofSeconds(5).toNanos()) {
                log.info(
                        "node {} waits for a majority of the nodes, to know the log", parts.self());
                told = true;
            }
            if (parts.raft().leadership().self() && term <= notInTerm) {
                parts.raft().handOver(Optional.empty());
            }
            parts.signals().await(() -> !server.alive(), RETRY);
        }
        return false;
    }

    private boolean readIndex() throws InterruptedException {
        CompletableFuture<Long> index = parts.raft().readIndex();
        index.whenComplete((at, failure) -> parts.signals().wake());
        while (!index.isDone() && !parts.signals().stopping()) {
            parts.signals().await(index::isDone, RETRY);
        }
        return index.isDone() && !index.isCompletedExceptionally();
    }

    private State judge(Recovered recovered) throws IOException, InterruptedException {
        return switch (new Judge(parts, recovered, replay).verdict()) {
            case Verdict.Unproved(String reason) -> new Unproved(parts, recovered.server(), reason);
            case Verdict.Proved proved -> follow(recovered.server(), proved);
        };
    }

    private State follow(Server server, Verdict.Proved proved) throws IOException {
        Gtid position = proved.position();
        server.replica().settle(position);
        // What recovery has written anew of definitions and accounts; the mark says that it is
        // durable.
        server.disk().syncFileSystem();
        closeMark(server, proved);
        // INVARIANT: last. A follower's schema must be the one in its marks; those of a leader's
        // reign are not.
        server.replica().recordFollowing();
        log.info(
                "node {}: its server is proved at '{}', {} behind the log",
                parts.self(),
                position,
                parts.committed().last().seq() - position.seq());
        return new Following(parts, Follower.start(parts, server, proved.already()), 0);
    }

    /// What was in doubt is decided, and durable; the schema is recorded where it is known to be that of the position.
    private void closeMark(Server server, Verdict.Proved proved) throws IOException {
        GateFiles gates = parts.gates();
        if (gates.isOpenAt(proved.position())) {
            gates.done(server, proved.position());
        } else if (!gates.isOpen()) {
            gates.observe(server, proved.position(), proved.already());
        } else if (!gates.isOpenBehind(proved.position())) {
            // INVARIANT: an open mark is that of the transaction that is given next; the gate would
            // stay shut for ever.
            throw new IOException("a mark is open that does not follow its position");
        }
    }
}
