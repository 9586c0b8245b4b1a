package io.flotilla.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// One direction of a [Wire]: whether bytes may pass now, how late, how fast. Thread-safe.
final class Flow {
    private boolean held;
    private volatile long delayNanos;
    private volatile long bytesPerSecond;

    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
        held = false;
        notifyAll();
    }

    void delay(Duration by) {
        delayNanos = by.toNanos();
    }

    void limit(long rate) {
        bytesPerSecond = rate;
    }

    void mend() {
        delayNanos = 0;
        bytesPerSecond = 0;
        release();
    }

    /// Waits until what came at this moment may be delivered.
    void awaitTurn(long came, int bytes) throws InterruptedException {
        long rate = bytesPerSecond;
        if (rate > 0) {
            TimeUnit.NANOSECONDS.sleep(bytes * TimeUnit.SECONDS.toNanos(1) / rate);
        }
        long early = came + delayNanos - System.nanoTime();
        if (early > 0) {
            TimeUnit.NANOSECONDS.sleep(early);
        }
        synchronized (this) {
            while (held) {
                wait();
            }
        }
    }
}
