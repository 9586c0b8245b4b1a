package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.bench.FleetClient.Read;
import io.flotilla.bench.History.RegisterRead;
import io.flotilla.bench.History.TokenRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Reads linearizably at one node, in turn the newest tokens of a writer and a register.
final class Reader implements Runnable {
    /// How many of a writer's tokens a read goes back: all would make the reads ever longer.
    private static final int WINDOW = 40;

    private final Traffic traffic;
    private final LoadPlan plan;
    private final int node;
    private final RandomGenerator random;

    /// The highest token this reader has seen in each writer's range.
    private final long[] highest;

    Reader(Traffic traffic, LoadPlan plan, int node, RandomGenerator random) {
        this.traffic = traffic;
        this.plan = plan;
        this.node = node;
        this.random = random;
        this.highest = new long[plan.keyedWriters() + plan.keylessWriters()];
    }

    @Override
    public void run() {
        traffic.repeat(plan.readPace(), this::read);
    }

    private void read() {
        if (highest.length > 0) {
            readTokens(random.nextInt(highest.length));
        }
        if (plan.registerWriters() > 0) {
            readRegisterOnce(traffic, node, random.nextInt(plan.registerWriters()) + 1);
        }
    }

    private void readTokens(int writer) {
        String table = writer < plan.keyedWriters() ? Load.KEYED : Load.KEYLESS;
        long first = (writer + 1) * Load.TOKENS_PER_WRITER;
        long low = Math.max(first, highest[writer] - WINDOW);
        long high = first + Load.TOKENS_PER_WRITER;
        String where = "token > " + low + " AND token < " + high;
        var attempt = Traffic.timed(() -> select(traffic, node, table, where));
        switch (attempt.result()) {
            case Read.Rows(var rows) -> {
                List<Long> tokens = new ArrayList<>();
                for (JsonNode row : rows) {
                    long token = row.path("token").asLong();
                    tokens.add(token);
                    highest[writer] = Math.max(highest[writer], token);
                }
                traffic.history()
                        .add(new TokenRead(table, low, high, tokens, node, attempt.span()));
            }
            case Read.Failed _ -> traffic.history().addFailedRead();
        }
    }

    static void readRegisterOnce(Traffic traffic, int node, int key) {
        var attempt = Traffic.timed(() -> select(traffic, node, Load.REGISTERS, "k = " + key));
        switch (attempt.result()) {
            case Read.Rows(var rows) -> {
                // A register that is missing reads as a value below every other: the check objects.
                long value = rows.size() == 1 ? rows.getFirst().path("v").asLong() : -1;
                traffic.history().add(new RegisterRead(key, value, node, attempt.span()));
            }
            case Read.Failed _ -> traffic.history().addFailedRead();
        }
    }

    private static Read select(Traffic traffic, int node, String table, String where) {
        return traffic.client()
                .select(traffic.node(node), Load.DATABASE, table, Map.of("where", where));
    }
}
