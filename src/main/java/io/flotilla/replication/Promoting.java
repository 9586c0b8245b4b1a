package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.Server;
import io.flotilla.failure.Deadline;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Entry.ReignStart;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Raft has made this node the leader of a term; its server is brought exactly to the end of the log and turned into the
/// one that writes.
///
/// INVARIANT I5: the doors open only when the reign's start is committed, the server's position *equals* the last
/// transaction before it, its binlog holds nothing else, and the tap is attached.
final class Promoting implements State {
    private static final Logger log = LoggerFactory.getLogger(Promoting.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    /// A server that takes longer than this to reach the end of the log, or says nothing, offers the lead to a node that is
    /// nearer, and goes on applying meanwhile.
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Parts parts;
    private final Follower follower;
    private final Server server;
    private final long term;
    private final Stopwatch watch = new Stopwatch();

    Promoting(Parts parts, Follower follower, long term) {
        this.parts = parts;
        this.follower = follower;
        this.server = follower.server();
        this.term = term;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.PROMOTING;
    }

    @Override
    public String why() {
        return "term " + term;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        try {
            if (!beginReign() || !drain()) {
                log.info(
                        "node {} does not lead term {}: it was lost during the promotion",
                        parts.self(),
                        term);
                return new Following(parts, follower, term);
            }
            return turn();
        } catch (EngineException | ServerTrouble | IOException e) {
            log.warn("the server of this node cannot be promoted: {}", e.getMessage());
            follower.close();
            return new Stepping(parts, server, term, "the promotion failed: " + e.getMessage());
        }
    }

    private boolean mayGoOn() {
        return parts.leads(term) && server.alive() && !parts.signals().stopping();
    }

    /// Commits the start of the reign: everything before it in the log is known then, and nothing can come in between.
    private boolean beginReign() throws InterruptedException {
        ReignStart start =
                new ReignStart(term, parts.self(), parts.committed().last(), follower.format());
        CompletableFuture<Long> append = parts.raft().append(term, Entry.encode(start));
        append.whenComplete((index, failure) -> parts.signals().wake());
        while (!append.isDone() && mayGoOn()) {
            parts.signals().await(() -> append.isDone() || !mayGoOn(), LOOK);
        }
        watch.lap("reign");
        return append.isDone()
                && !append.isCompletedExceptionally()
                && parts.committed().era().filter(era -> era.term() == term).isPresent();
    }

    /// Waits until the server has applied everything before the reign. May take as long as its lag.
    private boolean drain() throws InterruptedException {
        long last = parts.committed().last().seq();
        Deadline patience = Deadline.in(DRAIN);
        while (mayGoOn() && !follower.applied().await(last, Deadline.in(LOOK))) {
            boolean silent = follower.threads().silent();
            Optional<String> failure = follower.threads().failure();
            if (failure.isPresent()) {
                throw new ServerTrouble("its replication stopped: " + failure.get());
            }
            boolean newlySilent = !silent && follower.threads().silent();
            if (newlySilent || patience.over()) {
                offerTheLead(last);
                patience = Deadline.in(DRAIN);
            }
        }
        watch.lap("drain");
        return mayGoOn();
    }

    /// To a node that has applied as much, if there is one: to give it to one that is further behind would cost both their
    /// time, and where this server stands still another that is level may not.
    private void offerTheLead(long last) {
        long applied = follower.applied().known();
        Optional<NodeId> nearer = parts.standings().readiest(applied);
        log.info(
                "node {} is {} behind; {}",
                parts.self(),
                last - applied,
                nearer.map(node -> "node " + node + " is not further, and is offered the lead")
                        .orElse("no other that could lead is nearer"));
        if (nearer.isPresent()) {
            parts.raft().handOver(nearer);
        }
    }

    /// From the first line on there is no way back to following without a proof.
    private State turn() throws IOException {
        Gtid last = parts.committed().last();
        parts.front().serveNothing();
        server.replica().stopReplica();
        follower.close();
        Gtid position = server.replica().gtidSlavePos();
        if (!position.equals(last)) {
            throw new ServerTrouble(
                    "its position is '" + position + "' where the log ends at '" + last + "'");
        }
        closeGate(position);
        watch.lap("stop replica");
        server.leader().startReign(term, last);
        requireNoStrays();
        watch.lap("turn");
        LeaderTap tap = LeaderTap.attach(parts, server, term, last);
        watch.lap("tap");
        return new Leading(parts, server, term, tap, watch);
    }

    /// The last transaction before the reign may have been a gated one: the server has applied it, but the gate, which is
    /// the feed's, was shut before it had made that durable and said so.
    private void closeGate(Gtid position) throws IOException {
        if (parts.gates().isOpen()) {
            server.disk().flushEngineLogs();
            server.disk().syncFileSystem();
            parts.gates().doneIfOpen(server, position);
        }
        if (parts.gates().isOpen()) {
            throw new ServerTrouble(
                    "a mark is open that is not at its position, '" + position + "'");
        }
    }

    /// What a statement wrote here past the log went with the old binlog; a session that still hangs in such a statement
    /// would write into the new one.
    private void requireNoStrays() {
        String strays = server.leader().strayGtids();
        if (!strays.isEmpty()) {
            throw new ServerTrouble("it wrote " + strays + " past the log");
        }
    }
}
