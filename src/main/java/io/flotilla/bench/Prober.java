package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.bench.FleetClient.Read;
import io.flotilla.bench.History.TokenWrite;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Sends a small insert at fixed moments ([ProbeClock]), in turn to each of some nodes.
final class Prober implements AutoCloseable {
    static final String TABLE = "probes";

    private final FleetClient client;
    private final List<Integer> targets;
    private final List<URI> nodes;
    private final AtomicLong tokens;
    private final ConcurrentLinkedQueue<TokenWrite> writes = new ConcurrentLinkedQueue<>();
    private final ProbeClock clock = new ProbeClock("prober", this::insert);

    /// @param nodes all nodes, by number
    /// @param targets the numbers of those that are asked
    /// @param tokens where the next token comes from; shared by all probers of one fleet
    Prober(FleetClient client, List<URI> nodes, List<Integer> targets, AtomicLong tokens) {
        this.client = client;
        this.nodes = List.copyOf(nodes);
        this.targets = List.copyOf(targets);
        this.tokens = tokens;
    }

    /// Makes the table of the probes.
    static void prepare(FleetClient client, Fleet fleet) {
        String database = "/createdb?name=" + Load.DATABASE;
        String table =
                "/createtable?"
                        + FleetClient.query(
                                Map.of(
                                        "dbname",
                                        Load.DATABASE,
                                        "table",
                                        TABLE,
                                        "schema",
                                        "token BIGINT PRIMARY KEY"));
        for (String path : List.of(database, table)) {
            Outcome outcome = client.write(fleet.node(1).http(), path);
            if (!outcome.acknowledged()) {
                throw new IllegalStateException(path + ": " + outcome);
            }
        }
    }

    /// The probes that this node's own server shows.
    static List<Long> rowsAt(FleetClient client, Fleet fleet, int node) {
        Read read =
                client.select(
                        fleet.node(node).http(), Load.DATABASE, TABLE, Map.of("level", "none"));
        return switch (read) {
            case Read.Rows(List<JsonNode> rows) ->
                    rows.stream().map(row -> row.path("token").asLong()).toList();
            case Read.Failed(String why) ->
                    throw new IllegalStateException("node " + node + " does not read: " + why);
        };
    }

    void start() {
        clock.start();
    }

    private void insert(int turn) {
        int node = targets.get(turn % targets.size());
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

    /// The longest time between two acknowledgements, one after the other, that touches this span.
    Duration longestSilence(long from, long to) {
        long[] ends =
                writes.stream()
                        .filter(write -> write.outcome().acknowledged())
                        .mapToLong(write -> write.span().ended() - from)
                        .sorted()
                        .toArray();
        long longest = 0;
        for (int i = 1; i < ends.length; i++) {
            if (ends[i] > 0 && ends[i - 1] < to - from) {
                longest = Math.max(longest, ends[i] - ends[i - 1]);
            }
        }
        return Duration.ofNanos(longest);
    }

    List<TokenWrite> writes() {
        return List.copyOf(writes);
    }

    /// Sends nothing more and waits for the answers that are due.
    @Override
    public void close() {
        clock.close();
    }
}
