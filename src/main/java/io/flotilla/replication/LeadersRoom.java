package io.flotilla.replication;

import io.flotilla.consensus.DiskRoom;
import io.flotilla.engine.Server;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a leader does when its disk has no room, or its process no descriptors: another one is to lead; while none can, it
/// takes no writes, says so, and goes on by itself when there is room again. Neither does it take any while so many others
/// have no room that nothing could be committed. Used by the role thread.
///
/// INVARIANT: whoever was turned away for want of room is let in again only when no commit sleeps ([SleepForRoom]); a
/// server that sleeps on though there is room ends the reign, also when nobody else can lead: started anew it is of use
/// sooner.
final class LeadersRoom {
    private static final Logger log = LoggerFactory.getLogger(LeadersRoom.class);

    /// How long commits may stand still when there is room again; longer than the largest takes.
    private static final Duration ASLEEP = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofSeconds(1);

    /// The same, while the server may be asleep.
    private static final Duration SOON = Duration.ofMillis(200);

    private final Parts parts;
    private final Server server;
    private final OpenReign reign;
    private final LeaderTap tap;
    private final SleepForRoom sleep = new SleepForRoom(ASLEEP);

    /// Whether clients are turned away.
    private boolean refusing;

    /// Whether the server is read-only because of that: not so while commits are in flight.
    private boolean closed;

    /// What is to be done.
    enum Advice {
        STAY,
        /// Another node should lead, and can.
        HAND_OVER,
        /// The server sleeps on though there is room.
        START_ANEW
    }

    LeadersRoom(Parts parts, Server server, OpenReign reign, LeaderTap tap) {
        this.parts = parts;
        this.server = server;
        this.reign = reign;
        this.tap = tap;
    }

    /// How long the next look may be off.
    Duration pause() {
        return mayBeAsleep() ? SOON : LOOK;
    }

    /// Whether the server has said that it waits for room, and is not known to have gone on.
    boolean mayBeAsleep() {
        return sleep.possible(server.waitsForRoom());
    }

    Advice look() {
        DiskRoom room = parts.raft().room();
        Optional<String> own =
                room.isLow()
                        ? Optional.of("on node " + parts.self() + " " + room.says())
                        : Optional.empty();
        if (own.isPresent()
                && parts.members().size() > 1
                && parts.standings().readiest().isPresent()) {
            log.warn("{}; another node is to lead", own.get());
            return Advice.HAND_OVER;
        }
        Optional<String> reason = own.or(tap.flow()::blocked);
        if (reason.isPresent()) {
            sleep.excused();
            refuse(reason.get());
            return Advice.STAY;
        }
        if (mayBeAsleep() && sleepsTooLong()) {
            return Advice.START_ANEW;
        }
        if (!mayBeAsleep()) {
            reopen();
        }
        return Advice.STAY;
    }

    /// A commit that waits for other nodes does not sleep.
    private boolean sleepsTooLong() {
        if (tap.clock().waitedNanos() > 0 || tap.flow().hold().isPositive()) {
            sleep.excused();
        }
        closed = closed || server.leader().closeForWrites();
        return sleep.tooLong(
                server.waitsForRoom(), closed, parts.committed().last().seq(), System.nanoTime());
    }

    private void reopen() {
        if (refusing || closed) {
            server.leader().openForWrites();
            closed = false;
        }
        if (refusing) {
            reign.admit();
            refusing = false;
            log.info("node {}: there is room again; writes go on", parts.self());
        }
    }

    private void refuse(String reason) {
        reign.refuse("no writes: " + reason);
        if (!refusing) {
            refusing = true;
            log.warn("node {} takes no writes until there is more room: {}", parts.self(), reason);
        }
        closed = closed || server.leader().closeForWrites();
    }

    /// Somebody else has made the server writable.
    void reopened() {
        closed = false;
    }
}
