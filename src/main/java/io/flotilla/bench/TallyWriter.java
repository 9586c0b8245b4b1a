package io.flotilla.bench;

import io.flotilla.bench.History.TallyWrite;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// Adds one to its number, again and again, without any condition.
final class TallyWriter implements Runnable {
    private final Traffic traffic;
    private final int key;
    private final Duration pace;
    private final RandomGenerator random;

    TallyWriter(Traffic traffic, int key, Duration pace, RandomGenerator random) {
        this.traffic = traffic;
        this.key = key;
        this.pace = pace;
        this.random = random;
    }

    @Override
    public void run() {
        traffic.repeat(pace, this::count);
    }

    private void count() {
        int node = traffic.anyNode(random);
        var attempt =
                Traffic.timed(() ->
                        traffic.client()
                                .update(
                                        traffic.node(node),
                                        Load.DATABASE,
                                        Load.TALLIES,
                                        "n = n + 1",
                                        "k = " + key));
        traffic.history().add(new TallyWrite(key, node, attempt.span(), attempt.result()));
    }
}
