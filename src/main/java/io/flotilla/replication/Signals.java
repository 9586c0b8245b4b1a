package io.flotilla.replication;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Where the role thread sleeps, and everybody wakes it who has news: leadership changed, the server died, the tap broke,
/// a stop or a handover was asked for. News are facts kept elsewhere; this only says "look again".
final class Signals {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private boolean stopping;

    void wake() {
        synchronized (this) {
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
    /// @return whether the condition holds
    synchronized boolean await(BooleanSupplier condition, Duration patience)
            throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            long left = until - System.nanoTime();
            if (stopping || left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
