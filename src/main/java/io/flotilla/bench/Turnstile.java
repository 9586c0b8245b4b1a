package io.flotilla.bench;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Lets clients through one request at a time each, or holds them all between two requests. Thread-safe.
public final class Turnstile {
    /// Fair: a pause that waits for those inside is not overtaken for ever by new ones.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

    void pass(Runnable step) {
        lock.readLock().lock();
        try {
            step.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Returns when nobody is inside.
    Pause pause() {
        lock.writeLock().lock();
        return lock.writeLock()::unlock;
    }

    /// Everybody waits until this is closed, by the thread that made it.
    @FunctionalInterface
    public interface Pause extends AutoCloseable {
        @Override
        void close();
    }
}
