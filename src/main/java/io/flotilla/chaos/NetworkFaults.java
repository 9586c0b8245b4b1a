package io.flotilla.chaos;

import io.flotilla.bench.NodeProcess.Part;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What is done to what nodes say to each other.
final class NetworkFaults {
    private NetworkFaults() {}

    /// A node on one side, all others on the other.
    static Optional<Struck> isolate(Arena arena) {
        int node = any(arena);
        others(arena, node)
                .forEach(other -> {
                    arena.wires().cut(node, other);
                    arena.wires().cut(other, node);
                });
        return Optional.of(new Struck("node " + node, lasts(arena), () -> mend(arena, node)));
    }

    /// A node that is heard and hears nobody, or the other way round.
    static Optional<Struck> oneWay(Arena arena) {
        int node = any(arena);
        boolean deaf = arena.random().nextBoolean();
        others(arena, node)
                .forEach(other -> {
                    if (deaf) {
                        arena.wires().cut(other, node);
                    } else {
                        arena.wires().cut(node, other);
                    }
                });
        return Optional.of(
                new Struck(
                        "node " + node + (deaf ? " is deaf" : " is mute"),
                        lasts(arena),
                        () -> mend(arena, node)));
    }

    /// Two nodes do not reach each other; both reach the rest.
    static Optional<Struck> ring(Arena arena) {
        int node = any(arena);
        List<Integer> others = others(arena, node);
        int other = others.get(arena.random().nextInt(others.size()));
        arena.wires().cut(node, other);
        arena.wires().cut(other, node);
        return Optional.of(
                new Struck(
                        "between nodes " + node + " and " + other,
                        lasts(arena),
                        () -> mend(arena, node)));
    }

    /// Every connection of a node is reset.
    static Optional<Struck> sever(Arena arena) {
        int node = any(arena);
        others(arena, node).forEach(other -> arena.wires().sever(node, other));
        return Optional.of(new Struck("node " + node, Duration.ZERO, () -> {}));
    }

    static Optional<Struck> delay(Arena arena) {
        int node = any(arena);
        Duration by = ProcessFaults.pause(arena, 5, 400);
        others(arena, node)
                .forEach(other -> {
                    arena.wires().delay(node, other, by);
                    arena.wires().delay(other, node, by);
                });
        return Optional.of(
                new Struck(
                        "node " + node + " by " + by.toMillis() + " ms",
                        lasts(arena),
                        () -> {
                            others(arena, node)
                                    .forEach(other -> {
                                        arena.wires().delay(node, other, Duration.ZERO);
                                        arena.wires().delay(other, node, Duration.ZERO);
                                    });
                        }));
    }

    static Optional<Struck> rate(Arena arena) {
        int node = any(arena);
        long rate = 20_000L + arena.random().nextInt(400_000);
        others(arena, node)
                .forEach(other -> {
                    arena.wires().limit(node, other, rate);
                    arena.wires().limit(other, node, rate);
                });
        return Optional.of(
                new Struck(
                        "node " + node + " to " + rate / 1000 + " kB/s",
                        lasts(arena),
                        () ->
                                others(arena, node)
                                        .forEach(other -> {
                                            arena.wires().limit(node, other, 0);
                                            arena.wires().limit(other, node, 0);
                                        })));
    }

    /// Packets get lost on all of a node's ways, in both directions.
    static Optional<Struck> lose(Arena arena) {
        int node = any(arena);
        int percent = 2 + arena.random().nextInt(38);
        lose(arena, node, percent / 100.0);
        return Optional.of(
                new Struck(
                        "node %d, %d of 100 packets each way".formatted(node, percent),
                        lasts(arena),
                        () -> lose(arena, node, 0)));
    }

    private static void lose(Arena arena, int node, double share) {
        Namespaces network = arena.ground().namespaces().orElseThrow();
        others(arena, node)
                .forEach(other -> {
                    network.drop(node, other, share);
                    network.drop(other, node, share);
                });
    }

    /// A machine that loses its current: its peers' connections stay open and silent.
    static Optional<Struck> vanish(Arena arena) {
        return arena.victim()
                .map(node -> {
                    others(arena, node)
                            .forEach(other -> {
                                arena.wires().cut(node, other);
                                arena.wires().cut(other, node);
                            });
                    arena.kill(node, Part.BOTH);
                    return new Struck(
                            "node " + node,
                            lasts(arena),
                            () -> {
                                mend(arena, node);
                                ProcessFaults.restart(arena, node);
                            });
                });
    }

    private static void mend(Arena arena, int node) {
        others(arena, node)
                .forEach(other -> {
                    arena.wires().mend(node, other);
                    arena.wires().mend(other, node);
                });
    }

    private static Duration lasts(Arena arena) {
        return ProcessFaults.pause(arena, 200, 6000);
    }

    private static int any(Arena arena) {
        return arena.random().nextBoolean()
                ? arena.fleet().leaderNow().orElseGet(() -> drawn(arena))
                : drawn(arena);
    }

    private static int drawn(Arena arena) {
        return arena.random().nextInt(arena.fleet().size()) + 1;
    }

    private static List<Integer> others(Arena arena, int node) {
        return arena.fleet().others(node);
    }
}
