package io.flotilla.bench;

import io.flotilla.bench.History.Span;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What the clients of one [Load] share: where to send, how, what has happened, and whether to go on.
final class Traffic {
    private static final Duration STOPPING = Duration.ofSeconds(40);

    private final List<URI> nodes;
    private final FleetClient client;
    private final History history = new History();
    private final Turnstile turnstile = new Turnstile();
    private volatile boolean stopped;

    Traffic(List<URI> nodes, FleetClient client) {
        this.nodes = List.copyOf(nodes);
        this.client = client;
    }

    List<URI> nodes() {
        return nodes;
    }

    URI node(int number) {
        return nodes.get(number - 1);
    }

    /// The number of any node.
    int anyNode(RandomGenerator random) {
        return random.nextInt(nodes.size()) + 1;
    }

    FleetClient client() {
        return client;
    }

    History history() {
        return history;
    }

    void stop() {
        stopped = true;
    }

    /// Lets no client begin another request, and waits for what they have under way.
    ///
    /// @param broken what ended one of them
    void stop(List<Thread> workers, Queue<Throwable> broken) {
        stop();
        try {
            for (Thread worker : workers) {
                if (!worker.join(STOPPING)) {
                    throw new Patience.OverdueException(worker.getName() + " does not stop");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Patience.OverdueException("interrupted while the load stops");
        }
        if (!broken.isEmpty()) {
            throw new IllegalStateException("a client of the load broke", broken.peek());
        }
    }

    boolean stopped() {
        return stopped;
    }

    /// Where clients can be made to wait between one request and the next.
    Turnstile turnstile() {
        return turnstile;
    }

    /// One step after the other, until the load is stopped.
    ///
    /// @param pace the pause after each
    void repeat(Duration pace, Runnable step) {
        while (!stopped) {
            turnstile.pass(step);
            Patience.pause(pace);
        }
    }

    /// Does it and says how long it took.
    static <T> Timed<T> timed(Supplier<T> work) {
        long began = System.nanoTime();
        T result = work.get();
        return new Timed<>(result, new Span(began, System.nanoTime()));
    }

    record Timed<T>(T result, Span span) {}
}
