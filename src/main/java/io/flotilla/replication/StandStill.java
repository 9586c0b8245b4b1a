package io.flotilla.replication;

import java.time.Duration;

/// Tells whether a following server gets nothing done at all, though it was given transactions to apply: threads of InnoDB
/// were seen to wait for each other's page latches for ever (docs/testing.md). It answers questions meanwhile, and nothing
/// in it would end that; started anew it goes on.
///
/// Pure but for what it remembers; used by the role thread.
final class StandStill {
    private final Duration patience;

    /// Since when nothing got done, in [System#nanoTime].
    private long since;

    private long progress;
    private boolean counting;

    /// @param patience how long a server may get nothing done; too short, and one that waits for a slow disk is killed
    StandStill(Duration patience) {
        this.patience = patience;
    }

    /// Somebody else is waited for, or there is nothing to do: the time begins anew.
    void excused() {
        counting = false;
    }

    /// @param done grows, or changes, with each thing it gets done
    /// @param now on [System#nanoTime]
    /// @return whether it has stood still for too long
    boolean tooLong(long done, long now) {
        if (!counting || done != progress) {
            counting = true;
            since = now;
            progress = done;
        }
        return now - since > patience.toNanos();
    }

    /// Whether it has done nothing for so long that it is worth while to ask why.
    boolean suspect(long now) {
        return counting && now - since > patience.toNanos() / 4;
    }
}
