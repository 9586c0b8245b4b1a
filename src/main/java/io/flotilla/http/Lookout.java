package io.flotilla.http;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Looks at what is under way, again and again, and sleeps while nothing is: an idle node wakes up for nobody.
final class Lookout implements AutoCloseable {
    private final Duration every;
    private final BooleanSupplier nothing;
    private final Runnable look;
    private final Thread thread;
    private volatile boolean resting;

    /// @param name of its virtual thread
    /// @param every the pause before each look
    /// @param nothing whether there is nothing to look at
    /// @param look at all there is; it must not throw
    Lookout(String name, Duration every, BooleanSupplier nothing, Runnable look) {
        this.every = every;
        this.nothing = nothing;
        this.look = look;
        thread = Thread.ofVirtual().name(name).unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    /// There is something to look at: to be called after it can be seen. Costs a read of one field while something is.
    void news() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    private void watch() {
        try {
            while (true) {
                rest();
                Thread.sleep(every);
                look.run();
            }
        } catch (InterruptedException e) {
            // It is being closed.
            Thread.currentThread().interrupt();
        }
    }

    /// INVARIANT: says that it rests before it looks for the last time: what comes later sees that, and wakes it.
    private void rest() {
        resting = true;
        while (nothing.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
        resting = false;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
