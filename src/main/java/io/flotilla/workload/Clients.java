package io.flotilla.workload;

import io.flotilla.bench.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The threads of all workloads' clients: each repeats its step until all are stopped together.
final class Clients {
    private static final Duration STOPPING = Duration.ofSeconds(60);

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /// @param pace the pause between two steps, which bounds how much is remembered
    void repeat(String name, Duration pace, Runnable step) {
        threads.add(
                Thread.ofVirtual()
                        .name("load-" + name)
                        .uncaughtExceptionHandler((_, thrown) -> broken.add(thrown))
                        .start(() -> {
                            while (!stopped) {
                                step.run();
                                Patience.pause(pace);
                            }
                        }));
    }

    /// Whether a step that repeats an attempt should give up.
    boolean stopped() {
        return stopped;
    }

    void askToStop() {
        stopped = true;
    }

    /// Lets every step under way end.
    ///
    /// @throws IllegalStateException when a client broke, or does not stop
    void stop() {
        stopped = true;
        long end = System.nanoTime() + STOPPING.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    throw new IllegalStateException(thread.getName() + " does not stop");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients stop", e);
        }
        if (!broken.isEmpty()) {
            throw new IllegalStateException("a client broke", broken.peek());
        }
    }
}
