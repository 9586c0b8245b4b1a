package io.flotilla.replication;

import io.flotilla.failure.Deadline;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// The end of what is under way in a reign whose new work is held: open work first, then commits in flight.
///
/// INVARIANT I6: nobody waits here for a reign that is over; what must be done then cannot wait.
final class Drain {
    private static final Duration RETRY = Duration.ofMillis(2);

    /// How soon it is seen that there is no more reason to wait.
    private static final Duration LOOK = Duration.ofMillis(20);

    private final OpenReign reign;
    private final BooleanSupplier readOnly;
    private final BooleanSupplier over;

    /// @param readOnly makes the server read-only, unless a commit is in flight
    /// @param over whether there is something more important to do: the end of the reign above all
    Drain(OpenReign reign, BooleanSupplier readOnly, BooleanSupplier over) {
        this.reign = reign;
        this.readOnly = readOnly;
        this.over = over;
    }

    /// Waits until everybody inside has left ([OpenReign#drained]).
    ///
    /// @return whether they have
    boolean drained(Deadline deadline) throws InterruptedException {
        while (!reign.drained(Deadline.in(LOOK))) {
            if (deadline.over() || over.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    /// INVARIANT: `read_only` goes on only when no commit is in flight, so that all the server has is in the log.
    ///
    /// @return whether it is on
    boolean quiet(Deadline deadline) throws InterruptedException {
        while (!readOnly.getAsBoolean()) {
            if (deadline.over() || over.getAsBoolean()) {
                return false;
            }
            Thread.sleep(RETRY);
        }
        return true;
    }
}
