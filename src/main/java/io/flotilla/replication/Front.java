package io.flotilla.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the doors may use at this moment; written by the role thread, read by everybody.
///
/// INVARIANT: `reign` is there only while the reign's doors are open (I5, I6), `serving` only while the local server is
/// proved (I3), `reading` only while it follows besides.
final class Front {
    private final Signals signals;
    private volatile @Nullable OpenReign reign;
    private volatile @Nullable Serving serving;
    private volatile @Nullable FlowControl flow;
    private volatile @Nullable OpenReading reading;
    private volatile @Nullable Given given;
    private volatile boolean asksPeers;
    private volatile Phase phase = new Phase(Standing.Role.PROVING, "", Instant.EPOCH);

    /// @param since when the role began
    record Phase(Standing.Role role, String why, Instant since) {}

    /// A statement at the gate.
    ///
    /// @param since in [System#nanoTime]
    private record Given(String statement, long since) {}

    Front(Signals signals) {
        this.signals = signals;
    }

    void phase(Phase next) {
        phase = next;
    }

    Phase phase() {
        return phase;
    }

    /// Says more of the role that goes on.
    void explain(String why) {
        phase = new Phase(phase.role(), why, phase.since());
    }

    /// @param asks whether the proof of the local server hangs on what another node tells
    void asksPeers(boolean asks) {
        asksPeers = asks;
    }

    /// The role as others are told it.
    ///
    /// INVARIANT: a node whose proof waits for others' servers is not one that others wait for: both would wait for each
    /// other. Until it has been told it counts as unproved. One that was told to stop is not one to be given the lead, nor
    /// to be asked for data; while it leads it gives the lead away.
    Standing.Role standing() {
        Standing.Role role = phase.role();
        if (role != Standing.Role.LEADING && signals.stopping()) {
            return Standing.Role.STOPPED;
        }
        return asksPeers && role == Standing.Role.PROVING ? Standing.Role.UNPROVED : role;
    }

    void serve(Serving next) {
        serving = next;
        signals.wake();
    }

    void serveNothing() {
        Serving before = serving;
        serving = null;
        given = null;
        if (before != null) {
            before.applied().close();
        }
        readNothing();
        signals.wake();
    }

    /// Opens the local server, which follows, for MySQL clients that read.
    void read(OpenReading next) {
        readNothing();
        reading = next;
        signals.wake();
    }

    private void readNothing() {
        OpenReading before = reading;
        reading = null;
        if (before != null) {
            before.end();
        }
    }

    Optional<OpenReading> reading() {
        return Optional.ofNullable(reading);
    }

    Optional<Serving> serving() {
        return Optional.ofNullable(serving);
    }

    /// The following server has begun a statement during which it gets nothing else.
    void gives(String statement) {
        given = new Given(statement, System.nanoTime());
    }

    /// That statement is done.
    void gave() {
        given = null;
    }

    /// What the following server is busy with, if it is one statement.
    Optional<Occupation> occupation() {
        Given now = given;
        return now == null
                ? Optional.empty()
                : Optional.of(
                        new Occupation(
                                now.statement(),
                                Duration.ofNanos(System.nanoTime() - now.since())));
    }

    /// The last seq the local server is known to show; 0 while it may answer nothing.
    long applied() {
        Serving now = serving;
        return now == null ? 0 : now.seq().getAsLong();
    }

    void open(OpenReign next, FlowControl control) {
        flow = control;
        reign = next;
        signals.wake();
    }

    /// INVARIANT I6: the first thing done when the lead is lost.
    void close() {
        OpenReign before = reign;
        reign = null;
        flow = null;
        if (before != null) {
            before.end();
            signals.wake();
        }
    }

    /// What slows writes down; empty while this node does not lead.
    Optional<FlowControl> flow() {
        return Optional.ofNullable(flow);
    }

    Optional<OpenReign> reign() {
        return Optional.ofNullable(reign);
    }
}
