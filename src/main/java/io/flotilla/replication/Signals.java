package io.flotilla.replication;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Where the role thread sleeps, and everybody wakes it who has news: leadership changed, the server died, the tap broke,
/// a stop or a handover was asked for. News are facts kept elsewhere; this only says "look again".
///
/// INVARIANT: no lock is taken while its monitor is held. Who wakes may hold any lock, among them those that a sleeper's
/// condition takes; so conditions are looked at outside of it.
final class Signals {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long wakes;
    private boolean stopping;

    void wake() {
        synchronized (this) {
            wakes++;
            notifyAll();
        }
        listeners.forEach(Runnable::run);
    }

    /// Has somebody called at every wake, who must not block.
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    synchronized boolean stopping() {
        return stopping;
    }

    /// Waits until the condition holds, a stop was asked for, or the time is over.
    ///
    /// @param condition looked at first, at each wake, and when the time is over
    /// @return whether the condition holds
    boolean await(BooleanSupplier condition, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        // Counted before the look: what happens during it wakes the sleep that follows.
        long seen = wakes();
        while (!condition.getAsBoolean()) {
            if (!sleep(seen, until)) {
                return false;
            }
            seen = wakes();
        }
        return true;
    }

    private synchronized long wakes() {
        return wakes;
    }

    /// @return whether to look again
    private synchronized boolean sleep(long seen, long until) throws InterruptedException {
        long left = until - System.nanoTime();
        if (stopping || left <= 0) {
            return false;
        }
        if (wakes == seen) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
