package io.flotilla.replication;

import java.time.Duration;

/// Tells whether a server sleeps on though its disk has room again. A thread of MariaDB that has met a full disk says so,
/// looks for room once a minute, and may hold what all commits need meanwhile (mysys/errors.c, `wait_for_free_space`);
/// when it goes on it says nothing. So a server that has said it, and gets nothing done, is not waited for.
///
/// Pure but for what it remembers; used by the role thread.
final class SleepForRoom {
    private final Duration patience;

    /// Of what the server has said, how much is over.
    private int over;

    /// Since when there has been room and nothing got done, in [System#nanoTime].
    private long since;

    private long progress;
    private boolean counting;

    /// @param patience how long a server may get nothing done; too short, and one that is at a large transaction is killed
    SleepForRoom(Duration patience) {
        this.patience = patience;
    }

    /// Whether the server may be asleep.
    ///
    /// @param said how often it has said that it waits for room
    boolean possible(int said) {
        return said > over;
    }

    /// There is no room, or somebody else is waited for: the time begins anew.
    void excused() {
        counting = false;
    }

    /// Looks while there is room.
    ///
    /// @param idle whether it has nothing to do, so that nothing of it can sleep
    /// @param done grows with each thing it gets done
    /// @param now on [System#nanoTime]
    /// @return whether it has slept for too long
    boolean tooLong(int said, boolean idle, long done, long now) {
        if (!possible(said)) {
            return false;
        }
        if (!counting) {
            counting = true;
            since = now;
            progress = done;
        }
        if (idle || done != progress) {
            over = said;
            counting = false;
            return false;
        }
        return now - since > patience.toNanos();
    }
}
