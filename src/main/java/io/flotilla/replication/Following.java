package io.flotilla.replication;

import io.flotilla.consensus.ReplicatedLog.Leadership;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.Server;
import io.flotilla.failure.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server is proved, applies what the log has committed, and answers reads.
///
/// Ends when this node wins an election, the server dies, or its replication stops by an error (then it is no longer
/// known to be a prefix: I3).
final class Following implements State {
    private static final Logger log = LoggerFactory.getLogger(Following.class);

    /// How often the replica threads are looked at; their errors come no other way.
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// The same, while clients wait for the server to be read: they do so for 1 s.
    private static final Duration SOON = Duration.ofMillis(100);

    /// Long enough for one question, so that `/status` knows the position.
    private static final Duration GLANCE = Duration.ofMillis(10);

    /// How long the feed may fail again and again. Shorter, and a disk that is full for a moment costs a restart.
    private static final Duration STARVING = Duration.ofSeconds(15);

    /// How long the server may apply nothing when its disk has room again. Shorter, and one that is at a large transaction
    /// then is started anew.
    private static final Duration ASLEEP = Duration.ofSeconds(2);

    /// How long the server may get nothing done that it was given. The longest pauses of a disk that was slowed down were
    /// some seconds.
    private static final Duration STANDING_STILL = Duration.ofSeconds(60);

    private final Parts parts;
    private final Follower follower;
    private final HeldUp heldUp;
    private final StandStill still = new StandStill(STANDING_STILL);
    private long work;
    private final SleepForRoom sleep = new SleepForRoom(ASLEEP);

    /// The last term whose lead did not work out; it is not tried again.
    private final long lostTerm;

    Following(Parts parts, Follower follower, long lostTerm) {
        this.parts = parts;
        this.follower = follower;
        this.heldUp =
                new HeldUp(
                        follower.server(), parts.config().lagMax().plus(parts.config().lagMax()));
        this.lostTerm = lostTerm;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.FOLLOWING;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        parts.front()
                .serve(
                        new Serving(
                                follower.server().http(),
                                follower.applied(),
                                follower.applied()::known,
                                seq -> seq));
        parts.front()
                .read(new OpenReading(follower.server().socket(), this::behind, this::committed));
        look(follower.applied().known());
        parts.snapshots().give(follower.server(), false);
        parts.verify().follows(follower);
        try {
            @Nullable State next = null;
            while (next == null && !parts.signals().stopping()) {
                boolean news =
                        parts.signals()
                                .await(() -> busy() || parts.snapshots().isRequested(), pause());
                next = news ? act() : look();
            }
            parts.snapshots().giveNothing();
            return next != null ? next : stop();
        } catch (EngineException | ServerTrouble e) {
            log.warn("the server of this node does not answer: {}", e.getMessage());
            return again();
        } finally {
            parts.snapshots().giveNothing();
            parts.verify().nothing();
        }
    }

    private Duration behind() {
        return parts.committed().behind(follower.applied().known(), System.nanoTime());
    }

    private Duration pause() {
        return parts.front().reading().filter(reading -> !reading.sure()).isPresent() ? SOON : LOOK;
    }

    /// Completes with what was committed anywhere when it was asked, or more.
    private CompletableFuture<Long> committed() {
        return parts.raft().readIndex().thenApply(_ -> parts.committed().last().seq());
    }

    private void look(long applied) {
        boolean led = parts.raft().leadership().leader().isPresent();
        parts.front().reading().ifPresent(reading -> reading.look(led, applied));
    }

    private boolean busy() {
        return !follower.server().alive()
                || wins()
                || parts.verify().difference().isPresent()
                || parts.signals().stopping();
    }

    private boolean wins() {
        Leadership leadership = parts.raft().leadership();
        return leadership.self() && leadership.term() > lostTerm;
    }

    private @Nullable State act() throws InterruptedException {
        if (!follower.server().alive()) {
            log.warn("the server of this node died; starting it again");
            return again();
        }
        Optional<String> difference = parts.verify().difference();
        if (difference.isPresent()) {
            return takenOut(difference.get());
        }
        Leadership leadership = parts.raft().leadership();
        if (leadership.self() && leadership.term() > lostTerm) {
            return new Promoting(parts, follower, leadership.term());
        }
        Optional<SnapshotDesk.Request> request = parts.snapshots().take();
        if (request.isPresent()) {
            rest(request.get());
        }
        return null;
    }

    /// Nothing more is fed to the server, not stopped in it: a long statement would make a stop wait, and with it the
    /// role. Reads go on meanwhile, of what was applied before.
    private void rest(SnapshotDesk.Request request) throws InterruptedException {
        Server server = follower.server();
        RestingServer resting = new RestingServer(parts, server, request);
        try (FeedHold.Hold hold = follower.hold().hold()) {
            long begun = hold.begun();
            Deadline deadline = Deadline.in(parts.config().rest());
            while (!follower.applied().await(begun, Deadline.in(GLANCE)) && !busy()) {
                if (deadline.over()) {
                    resting.refuse("its server still applies transaction " + begun);
                    return;
                }
            }
            resting.rest(server.replica()::gtidSlavePos, this::busy);
        } catch (EngineException | ServerTrouble e) {
            resting.refuse(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /// INVARIANT I3: a server that was found different is no prefix of the log, whatever its position says.
    private State takenOut(String difference) throws InterruptedException {
        log.error("node {} is taken out of service: its server {}", parts.self(), difference);
        parts.front().serveNothing();
        follower.close();
        return new Unproved(parts, follower.server(), "its server " + difference);
    }

    private @Nullable State look() throws InterruptedException {
        Optional<String> failure = follower.threads().failure();
        if (failure.isEmpty()) {
            long committed = parts.committed().last().seq();
            follower.applied().await(committed, Deadline.in(GLANCE));
            look(follower.applied().known());
            heldUp.look(behind());
            if (follower.starving().compareTo(STARVING) > 0) {
                log.error("nothing can be fed to the server of this node; it is proved anew");
                return again();
            }
            if (sleepsTooLong(committed)) {
                log.warn(
                        "the server of this node sleeps on though its disk has room again; starting it anew");
                return again();
            }
            if (standsStill()) {
                log.error(
                        "the server of this node has done nothing for {} s with what it was given behind {}; starting it anew",
                        STANDING_STILL.toSeconds(),
                        follower.applied().known());
                return again();
            }
            return null;
        }
        parts.front().serveNothing();
        follower.close();
        return new Unproved(
                parts, follower.server(), "its server stopped following: " + failure.get());
    }

    private boolean sleepsTooLong(long committed) {
        // A statement that is given alone may take as long as it likes.
        if (parts.raft().room().isLow() || parts.front().occupation().isPresent()) {
            sleep.excused();
            return false;
        }
        long applied = follower.applied().known();
        return sleep.tooLong(
                follower.server().waitsForRoom(), applied >= committed, applied, System.nanoTime());
    }

    /// Whether its threads wait for each other. What waits for a client's lock is told of elsewhere ([HeldUp]); a statement
    /// that is given alone may take as long as it likes.
    private boolean standsStill() {
        long applied = follower.applied().known();
        if (applied >= follower.hold().begun()
                || parts.raft().room().isLow()
                || parts.front().occupation().isPresent()) {
            still.excused();
            return false;
        }
        long now = System.nanoTime();
        if (still.suspect(now)) {
            if (follower.server().replica().waitsForLock()) {
                still.excused();
                return false;
            }
            work = follower.server().replica().work();
        }
        return still.tooLong(applied + work, now);
    }

    private State again() throws InterruptedException {
        parts.front().serveNothing();
        follower.close();
        follower.server().kill();
        return new Proving(parts);
    }

    private @Nullable State stop() throws InterruptedException {
        parts.front().serveNothing();
        follower.server().stop();
        follower.close();
        return null;
    }
}
