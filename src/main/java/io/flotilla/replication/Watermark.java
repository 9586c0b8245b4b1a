package io.flotilla.replication;

import io.flotilla.failure.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How far the local server is known to be, asked only while somebody waits, by one of those who wait: many readers cost
/// one question.
final class Watermark {
    /// How long one question may wait at the server; short, since others with a lower target wait behind it.
    static final Duration QUESTION = Duration.ofMillis(5);

    private final Probe probe;
    private long known;
    private boolean asking;
    private boolean closed;

    /// Asks the server.
    @FunctionalInterface
    interface Probe {
        /// Where the server is now; may wait up to `patience` for it to reach `target`.
        long ask(long target, Duration patience) throws InterruptedException;
    }

    Watermark(long known, Probe probe) {
        this.known = known;
        this.probe = probe;
    }

    synchronized long known() {
        return known;
    }

    /// The server was seen there by somebody else.
    synchronized void reached(long position) {
        if (position > known) {
            known = position;
            notifyAll();
        }
    }

    /// Waits until the server is known to be at `target` or beyond.
    ///
    /// @return false when the deadline is over or the watermark was closed before
    boolean await(long target, Deadline deadline) throws InterruptedException {
        while (becomeAsker(target, deadline)) {
            long seen = 0;
            try {
                seen = probe.ask(target, QUESTION);
            } finally {
                asked(seen);
            }
        }
        return known() >= target;
    }

    /// Waits for its turn to ask.
    ///
    /// @return false when there is nothing to ask any more
    private synchronized boolean becomeAsker(long target, Deadline deadline)
            throws InterruptedException {
        while (known < target && asking && !closed && !deadline.over()) {
            TimeUnit.NANOSECONDS.timedWait(this, deadline.left().toNanos());
        }
        if (known >= target || closed || deadline.over()) {
            return false;
        }
        asking = true;
        return true;
    }

    private synchronized void asked(long seen) {
        asking = false;
        known = Math.max(known, seen);
        notifyAll();
    }

    /// The server is gone: nobody waits for it any more.
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
