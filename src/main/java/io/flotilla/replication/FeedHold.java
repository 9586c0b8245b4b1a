package io.flotilla.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Whether the feed may begin another transaction: any number of [Hold]s keep it from that. Thread-safe.
final class FeedHold {
    private final List<Hold> holds = new ArrayList<>();
    private long begun;

    /// Waits until the transaction may be given, for `patience` at most. What was allowed once stays allowed: it may have
    /// been given in part.
    synchronized boolean mayBegin(long seq, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (seq > begun && holds.stream().anyMatch(hold -> seq > hold.last)) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        begun = Math.max(begun, seq);
        return true;
    }

    /// The last transaction that has begun; 0 when none has.
    synchronized long begun() {
        return begun;
    }

    /// From now on nothing new begins, until it is closed.
    synchronized Hold hold() {
        Hold hold = new Hold(begun);
        holds.add(hold);
        return hold;
    }

    private synchronized void letBegin(Hold hold, long seq) {
        hold.last = Math.max(hold.last, seq);
        notifyAll();
    }

    private synchronized void release(Hold hold) {
        holds.remove(hold);
        notifyAll();
    }

    /// One reason to keep transactions back.
    final class Hold implements AutoCloseable {
        private final long begun;

        /// The last transaction it lets begin; guarded by the [FeedHold].
        private long last;

        private Hold(long begun) {
            this.begun = begun;
            this.last = begun;
        }

        /// The last transaction that had begun; 0 when none had.
        long begun() {
            return begun;
        }

        /// Lets transactions begin up to that one.
        void letBegin(long seq) {
            FeedHold.this.letBegin(this, seq);
        }

        @Override
        public void close() {
            release(this);
        }
    }
}
