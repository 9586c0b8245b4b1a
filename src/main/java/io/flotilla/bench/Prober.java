package io.flotilla.bench;

import io.flotilla.bench.History.TokenWrite;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// Sends a small insert at fixed moments, in turn to each of some nodes, whether or not the former ones were answered:
/// a pause of the fleet shows in every request that falls into it, not in one only.
final class Prober implements AutoCloseable {
    static final String TABLE = "probes";

    private static final Duration INTERVAL = Duration.ofMillis(10);

    private final FleetClient client;
    private final List<Integer> targets;
    private final List<URI> nodes;
    private final AtomicLong tokens;
    private final ConcurrentLinkedQueue<TokenWrite> writes = new ConcurrentLinkedQueue<>();
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread clock;
    private volatile boolean stopped;

    /// @param nodes all nodes, by number
    /// @param targets the numbers of those that are asked
    /// @param tokens where the next token comes from; shared by all probers of one fleet
    Prober(FleetClient client, List<URI> nodes, List<Integer> targets, AtomicLong tokens) {
        this.client = client;
        this.nodes = List.copyOf(nodes);
        this.targets = List.copyOf(targets);
        this.tokens = tokens;
        clock = Thread.ofVirtual().name("prober").unstarted(this::send);
    }

    void start() {
        clock.start();
    }

    private void send() {
        long next = System.nanoTime();
        for (int turn = 0; !stopped; turn++) {
            int node = targets.get(turn % targets.size());
            requests.execute(() -> insert(node));
            next += INTERVAL.toNanos();
            Patience.pause(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        }
    }

    private void insert(int node) {
        long token = tokens.incrementAndGet();
        var attempt =
                Traffic.timed(() ->
                        client.insert(
                                nodes.get(node - 1), Load.DATABASE, TABLE, Map.of("token", token)));
        writes.add(new TokenWrite(TABLE, token, node, attempt.span(), attempt.result()));
    }

    /// The time from the moment to the first acknowledgement of a probe that began after it.
    Optional<Duration> firstAcknowledgedAfter(long moment) {
        return writes.stream()
                .filter(write -> write.outcome().acknowledged())
                .filter(write -> write.span().began() - moment > 0)
                .map(write -> write.span().ended() - moment)
                .min(Long::compare)
                .map(Duration::ofNanos);
    }

    /// The longest that an acknowledged probe which began after the moment had to wait.
    Duration longestWaitAfter(long moment) {
        return writes.stream()
                .filter(write -> write.outcome().acknowledged())
                .filter(write -> write.span().began() - moment > 0)
                .map(write -> write.span().ended() - write.span().began())
                .max(Long::compare)
                .map(Duration::ofNanos)
                .orElse(Duration.ZERO);
    }

    List<TokenWrite> writes() {
        return List.copyOf(writes);
    }

    /// Sends nothing more and waits for the answers that are due.
    @Override
    public void close() {
        stopped = true;
        try {
            clock.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        requests.close();
    }
}
