package io.flotilla.replication;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Whether the feed may begin another transaction. Thread-safe.
final class FeedHold {
    private boolean held;
    private long begun;

    /// Waits until the transaction may be given, for `patience` at most. What was allowed once stays allowed: it may have
    /// been given in part.
    synchronized boolean mayBegin(long seq, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (held && seq > begun) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        begun = Math.max(begun, seq);
        return true;
    }

    /// From now on nothing new begins.
    ///
    /// @return the last transaction that has begun; 0 when none has
    synchronized long hold() {
        held = true;
        return begun;
    }

    synchronized void release() {
        held = false;
        notifyAll();
    }
}
