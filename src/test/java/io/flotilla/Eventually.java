package io.flotilla;

import java.time.Duration;

/// Waiting in tests: for a condition, never for a time.
public final class Eventually {
    private static final long PAUSE_MILLIS = 5;

    private Eventually() {}

    /// Something that throws as long as it is not true yet.
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    /// Repeats `check` until it passes; its last failure is thrown when `patience` is over.
    public static void eventually(Duration patience, Check check) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError | Exception e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
