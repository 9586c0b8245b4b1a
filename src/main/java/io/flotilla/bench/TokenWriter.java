package io.flotilla.bench;

import io.flotilla.bench.History.TokenWrite;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Inserts one new row after the other, each exactly once, whatever the answer.
final class TokenWriter implements Runnable {
    private final Traffic traffic;
    private final String table;
    private final Duration pace;
    private final RandomGenerator random;
    private long token;

    TokenWriter(Traffic traffic, String table, long range, Duration pace, RandomGenerator random) {
        this.traffic = traffic;
        this.table = table;
        this.token = range * Load.TOKENS_PER_WRITER;
        this.pace = pace;
        this.random = random;
    }

    @Override
    public void run() {
        traffic.repeat(pace, () -> insert(traffic, table, ++token, traffic.anyNode(random)));
    }

    static void insert(Traffic traffic, String table, long token, int node) {
        Map<String, Object> row = Map.of("token", token, "body", "by way of node " + node);
        var attempt =
                Traffic.timed(() ->
                        traffic.client().insert(traffic.node(node), Load.DATABASE, table, row));
        traffic.history().add(new TokenWrite(table, token, node, attempt.span(), attempt.result()));
    }
}
