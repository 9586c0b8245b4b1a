package io.flotilla.bench;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/// Begins a probe every 10 ms, each on a thread of its own, whether or not the former ones have ended: a pause of what is
/// probed shows in every probe that falls into it, not in one only.
public final class ProbeClock implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(10);

    private final IntConsumer probe;
    private final ExecutorService probes = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread clock;
    private volatile boolean stopped;

    /// @param name of the thread that begins them
    /// @param probe given how many were begun before it
    public ProbeClock(String name, IntConsumer probe) {
        this.probe = probe;
        clock = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    public void start() {
        clock.start();
    }

    private void run() {
        long next = System.nanoTime();
        for (int turn = 0; !stopped; turn++) {
            int number = turn;
            probes.execute(() -> probe.accept(number));
            next += INTERVAL.toNanos();
            Patience.pause(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        }
    }

    /// Begins nothing more, and waits for what was begun.
    @Override
    public void close() {
        stopped = true;
        try {
            clock.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        probes.close();
    }
}
