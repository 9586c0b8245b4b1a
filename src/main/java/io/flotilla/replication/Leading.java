package io.flotilla.replication;

import io.flotilla.engine.EngineException;
import io.flotilla.engine.Server;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node's server executes the group's writes, and its doors are open.
///
/// Ends when the lead is lost, the server dies, the tap breaks or an append fails, all of them at once as I6 says; or in
/// order, by a [Handover].
final class Leading implements State {
    private static final Logger log = LoggerFactory.getLogger(Leading.class);

    /// How long a handover waits for open work while the server may be asleep for want of room, or is about to be.
    private static final Duration SLEEPERS = Duration.ofMillis(500);

    private final Parts parts;
    private final Server server;
    private final long term;
    private final LeaderTap tap;
    private final Stopwatch watch;

    Leading(Parts parts, Server server, long term, LeaderTap tap, Stopwatch watch) {
        this.parts = parts;
        this.server = server;
        this.term = term;
        this.tap = tap;
        this.watch = watch;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.LEADING;
    }

    @Override
    public String why() {
        return "term " + term;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        try (VisiblePosition visible = VisiblePosition.of(server)) {
            OpenReign reign = open(visible);
            return reign(reign);
        } catch (EngineException | ServerTrouble e) {
            return step("its server failed: " + e.getMessage());
        } finally {
            parts.snapshots().giveNothing();
            parts.verify().nothing();
            parts.front().close();
            parts.front().serveNothing();
            parts.handover().close("the reign of term " + term + " ended by itself");
        }
    }

    private OpenReign open(VisiblePosition visible) {
        server.leader().innodbStrictMode(true);
        server.leader().enableEvents();
        // INVARIANT I2: a session of the time before would write under the follower's server id.
        server.leader().endClientSessions();
        server.leader().openForWrites();
        OpenReign reign =
                new OpenReign(
                        term,
                        parts.committed(),
                        server.keeper(),
                        server.registrar(),
                        server.socket(),
                        tap.clock()::waitedNanos);
        parts.front()
                .serve(
                        new Serving(
                                server.http(),
                                visible.watermark(),
                                () -> parts.committed().last().seq(),
                                tap.visibility()::commitsAt));
        parts.handover().open();
        parts.front().open(reign, tap.flow());
        parts.snapshots().give(server, true);
        parts.verify().leads(parts, server, reign);
        watch.lap("open");
        log.info(
                "node {} leads term {} after {}, promoted in {}",
                parts.self(),
                term,
                parts.committed().last(),
                watch);
        return reign;
    }

    private @Nullable State reign(OpenReign reign) throws InterruptedException {
        LeadersRoom room = new LeadersRoom(parts, server, reign, tap);
        while (true) {
            parts.signals().await(() -> busy() || parts.snapshots().isRequested(), room.pause());
            if (end().isPresent()) {
                return step(end().get());
            }
            LeadersRoom.Advice advice = room.look();
            if (advice == LeadersRoom.Advice.START_ANEW) {
                return step("its server sleeps on though its disk has room again");
            }
            boolean forRoom = advice == LeadersRoom.Advice.HAND_OVER;
            if (forRoom) {
                parts.handover().ask(Optional.empty());
            }
            if (parts.signals().stopping() || parts.handover().isRequested()) {
                Optional<State> next =
                        new Handover(parts, server, term, tap, reign, drain(room), this::end)
                                .run(forRoom);
                if (next.isPresent() || parts.signals().stopping()) {
                    return next.orElse(null);
                }
                room.reopened();
            }
            Optional<SnapshotDesk.Request> request = parts.snapshots().take();
            if (request.isPresent()) {
                new WritePause(parts, server, reign, this::busy).grant(request.get());
                room.reopened();
            }
        }
    }

    /// What sleeps does not end within any drain worth waiting for.
    private Duration drain(LeadersRoom room) {
        Duration usual = parts.config().drain();
        boolean asleep = room.mayBeAsleep() || parts.raft().room().isExhausted();
        return asleep && usual.compareTo(SLEEPERS) > 0 ? SLEEPERS : usual;
    }

    private boolean busy() {
        return end().isPresent() || parts.handover().isRequested() || parts.signals().stopping();
    }

    /// Why the reign is over; empty while it goes on.
    private Optional<String> end() {
        if (!parts.leads(term)) {
            return Optional.of("it no longer leads term " + term);
        }
        if (!server.alive()) {
            return Optional.of("its server died");
        }
        return tap.failure();
    }

    /// INVARIANT I6: the doors are closed before anything else is done.
    private State step(String reason) {
        parts.front().close();
        parts.front().serveNothing();
        tap.close();
        return new Stepping(parts, server, term, reason);
    }
}
