package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.Server;
import io.flotilla.failure.Deadline;
import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lead given away in order: nothing is cut that can be finished, and the server goes on running.
///
/// Hold new work → wait for open work and for transactions that MySQL clients go on with (bounded) → hold everything →
/// make the server read-only, which succeeds only when no commit is in
/// flight → everything it has is committed in the log → transfer the lead → follow. When the transfer fails this node
/// opens again. When the reign ends meanwhile, by itself, it is cut at once, as any that was lost (I6).
///
/// On a full disk commits may not end: MariaDB waits for room within the write of its binlog, looks again only once a
/// minute, and answers other questions meanwhile (mysys/errors.c, `wait_for_free_space`). A leader whose commits are
/// stuck in that way is of no use, and does not open again: it steps down.
final class Handover {
    private static final Logger log = LoggerFactory.getLogger(Handover.class);
    private static final Duration TRANSFER = Duration.ofSeconds(3);

    private final Parts parts;
    private final Server server;
    private final long term;
    private final LeaderTap tap;
    private final OpenReign reign;
    private final Duration drain;
    private final Supplier<Optional<String>> end;
    private final Stopwatch watch = new Stopwatch();

    /// Whether the server was made read-only, which it is only when no commit is in flight.
    private boolean readOnly;

    /// Whether commits in flight did not end.
    private boolean stuck;

    /// @param drain how long open work is waited for, and then commits in flight
    /// @param end why the reign is over; empty while it goes on
    Handover(
            Parts parts,
            Server server,
            long term,
            LeaderTap tap,
            OpenReign reign,
            Duration drain,
            Supplier<Optional<String>> end) {
        this.parts = parts;
        this.server = server;
        this.term = term;
        this.tap = tap;
        this.reign = reign;
        this.drain = drain;
        this.end = end;
    }

    /// @param forRoom whether the reason is a disk without room
    /// @return the next state; empty when this node goes on leading, or has stopped
    Optional<State> run(boolean forRoom) throws InterruptedException {
        Optional<HandoverDesk.Request> request = parts.handover().take();
        Optional<String> failure = attempt(request.flatMap(HandoverDesk.Request::successor));
        Optional<State> next =
                failure.isPresent()
                                && end.get().isEmpty()
                                && !parts.signals().stopping()
                                && !(stuck && forRoom)
                        ? reopen(failure.get())
                        : leave(failure);
        request.ifPresent(asked -> answer(asked.done(), failure));
        return next;
    }

    private Optional<State> reopen(String failure) {
        log.warn("node {} still leads term {}: {}", parts.self(), term, failure);
        server.leader().openForWrites();
        tap.flow().resume();
        reign.release();
        return Optional.empty();
    }

    private static void answer(CompletableFuture<Void> done, Optional<String> failure) {
        failure.ifPresentOrElse(
                reason -> done.completeExceptionally(new IllegalStateException(reason)),
                () -> done.complete(null));
    }

    private Optional<String> attempt(Optional<NodeId> successor) throws InterruptedException {
        Optional<NodeId> next = successor.or(parts.standings()::readiest);
        Optional<String> obstacle = obstacle(next);
        if (obstacle.isPresent() && !parts.signals().stopping()) {
            return obstacle;
        }
        reign.finish();
        tap.flow().pause();
        Drain open = new Drain(reign, server.leader()::closeForWrites, () -> end.get().isPresent());
        boolean drained = open.drained(Deadline.in(drain));
        reign.hold();
        watch.lap("drain");
        if (end.get().isPresent()) {
            return end.get();
        }
        if (!drained) {
            log.info("handover: open work does not end within {}; it is cut", drain);
        }
        if (!open.quiet(Deadline.in(drain))) {
            stuck = end.get().isEmpty();
            return end.get()
                    .or(() -> Optional.of("commits are in flight and do not end within " + drain));
        }
        readOnly = true;
        watch.lap("read only");
        return parts.members().size() == 1 ? obstacle : transfer(next);
    }

    /// Why writes would stand still if this node gave the lead to that one now.
    private Optional<String> obstacle(Optional<NodeId> next) {
        if (parts.members().size() == 1) {
            return Optional.of("there is no other node");
        }
        if (next.isEmpty()) {
            return Optional.of("no other node's server is ready to take over");
        }
        return parts.standings().isReady(next.get())
                ? Optional.empty()
                : Optional.of("the server of node " + next.get() + " is not ready to take over");
    }

    private Optional<String> transfer(Optional<NodeId> successor) throws InterruptedException {
        try {
            parts.raft().handOver(successor).get(TRANSFER.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of("no other node took the lead over: " + e.getCause());
        } catch (TimeoutException e) {
            return Optional.of("no other node took the lead over within " + TRANSFER);
        } finally {
            watch.lap("transfer");
        }
    }

    /// The server is exactly what the log says, if it became read-only; else it is treated like any leader that was cut.
    private boolean isExactly(Gtid last) {
        String written = server.leader().binlogPosition();
        return written.isEmpty()
                ? parts.committed().era().filter(era -> era.start().last().equals(last)).isPresent()
                : written.equals(last.toString());
    }

    private Optional<State> leave(Optional<String> failure) throws InterruptedException {
        parts.front().close();
        parts.front().serveNothing();
        tap.close();
        Gtid last = parts.committed().last();
        // A commit that is in flight would be let through by what follows (I4).
        if (!readOnly || !isExactly(last)) {
            return Optional.of(
                    new Stepping(
                            parts, server, term, failure.orElse("its server is not at " + last)));
        }
        server.leader().endClientSessions();
        try {
            // INVARIANT: before its run is recorded as a follower's, whose schema must be the one
            // in its marks.
            parts.gates().observe(server, last, new TreeSet<>());
            server.leader().endReign(last);
            server.leader().innodbStrictMode(false);
            if (parts.signals().stopping()) {
                server.stop();
                return Optional.empty();
            }
            log.info("node {} handed term {} over after {} in {}", parts.self(), term, last, watch);
            return Optional.of(
                    new Following(parts, Follower.start(parts, server, new TreeSet<>()), term));
        } catch (IOException e) {
            return Optional.of(
                    new Stepping(parts, server, term, "cannot follow: " + e.getMessage()));
        }
    }
}
