package io.flotilla.bench;

import io.flotilla.bench.FleetClient.Read;
import io.flotilla.bench.History.RegisterWrite;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Moves its register up by one, each time on condition that it still has the value it is believed to have; after an
/// answer that leaves the value open it reads it first.
final class RegisterWriter implements Runnable {
    private final Traffic traffic;
    private final int key;
    private final Duration pace;
    private final RandomGenerator random;
    private Optional<Long> believed = Optional.of(0L);

    RegisterWriter(Traffic traffic, int key, Duration pace, RandomGenerator random) {
        this.traffic = traffic;
        this.key = key;
        this.pace = pace;
        this.random = random;
    }

    @Override
    public void run() {
        traffic.repeat(pace, () -> believed.ifPresentOrElse(this::move, () -> believed = read()));
    }

    private void move(long from) {
        int node = traffic.anyNode(random);
        String where = "k = " + key + " AND v = " + from;
        var attempt =
                Traffic.timed(() ->
                        traffic.client()
                                .update(
                                        traffic.node(node),
                                        Load.DATABASE,
                                        Load.REGISTERS,
                                        "v = v + 1",
                                        where));
        RegisterWrite write = new RegisterWrite(key, from, node, attempt.span(), attempt.result());
        traffic.history().add(write);
        if (write.moved()) {
            believed = Optional.of(write.to());
        } else if (!write.outcome().notApplied()) {
            believed = Optional.empty();
        }
    }

    private Optional<Long> read() {
        Read read =
                traffic.client()
                        .select(
                                traffic.node(traffic.anyNode(random)),
                                Load.DATABASE,
                                Load.REGISTERS,
                                Map.of("where", "k = " + key));
        return switch (read) {
            case Read.Rows(var rows) when rows.size() == 1 ->
                    Optional.of(rows.getFirst().path("v").asLong());
            case Read.Rows(var rows) ->
                    throw new IllegalStateException("register " + key + " has rows " + rows);
            case Read.Failed _ -> Optional.empty();
        };
    }
}
