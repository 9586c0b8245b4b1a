package io.flotilla.chaos;

import io.flotilla.bench.FleetClient;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/// What is done to processes.
final class ProcessFaults {
    private ProcessFaults() {}

    static Optional<Struck> killJvm(Arena arena) {
        return kill(arena, Part.JVM);
    }

    static Optional<Struck> killBoth(Arena arena) {
        return kill(arena, Part.BOTH);
    }

    private static Optional<Struck> kill(Arena arena, Part part) {
        return arena.victim()
                .map(node -> {
                    arena.kill(node, part);
                    return new Struck(
                            "node " + node, pause(arena, 0, 4000), () -> restart(arena, node));
                });
    }

    /// The node starts a new one by itself.
    static Optional<Struck> killServer(Arena arena) {
        return arena.victim()
                .map(node -> {
                    arena.kill(node, Part.SERVER);
                    return new Struck(
                            "node " + node, pause(arena, 0, 3000), () -> arena.release(node));
                });
    }

    static Optional<Struck> killAll(Arena arena) {
        return arena.everyone()
                .map(nodes -> {
                    arena.fleet().killAll();
                    return new Struck(
                            "all nodes",
                            pause(arena, 0, 1000),
                            () -> restartInAnyOrder(arena, nodes));
                });
    }

    static Optional<Struck> terminate(Arena arena) {
        return arena.victim()
                .map(node -> {
                    arena.fleet().terminate(node);
                    return new Struck(
                            "node " + node, pause(arena, 0, 4000), () -> restart(arena, node));
                });
    }

    static Optional<Struck> restartAll(Arena arena) {
        return arena.everyone()
                .map(nodes -> {
                    nodes.forEach(arena.fleet()::terminate);
                    return new Struck(
                            "all nodes",
                            pause(arena, 0, 1000),
                            () -> restartInAnyOrder(arena, nodes));
                });
    }

    /// Shorter than the election timeout, or about as long.
    static Optional<Struck> freezeShort(Arena arena) {
        return freeze(arena, pause(arena, 50, 700));
    }

    static Optional<Struck> freezeLong(Arena arena) {
        return freeze(arena, pause(arena, 1500, 6000));
    }

    private static Optional<Struck> freeze(Arena arena, Duration lasts) {
        return arena.victim()
                .map(node -> {
                    List<Part> parts = List.of(Part.values());
                    Part part = parts.get(arena.random().nextInt(parts.size()));
                    arena.fleet().freeze(node, part);
                    return new Struck(
                            "node " + node + ", " + part,
                            lasts,
                            () -> {
                                arena.fleet().thaw(node);
                                arena.release(node);
                            });
                });
    }

    /// Asked of any node, for any successor; a refusal is no fault of the fleet while others are under way.
    static Optional<Struck> handOver(Arena arena) {
        int asked = arena.random().nextInt(arena.fleet().size()) + 1;
        int next = arena.random().nextInt(arena.fleet().size()) + 1;
        String answer;
        try {
            FleetClient.Answer said =
                    arena.client()
                            .post(
                                    arena.fleet().node(asked).http(),
                                    "/leader?timeout=5s",
                                    Map.of("id", next));
            answer = String.valueOf(said.status());
        } catch (IOException e) {
            answer = "no answer";
        }
        return Optional.of(
                new Struck(
                        "to node %d by way of node %d: %s".formatted(next, asked, answer),
                        Duration.ZERO,
                        () -> {}));
    }

    static void restart(Arena arena, int node) {
        start(arena, node);
        arena.release(node);
    }

    static void start(Arena arena, int node) {
        arena.fleet().awaitDead(node);
        arena.fleet().node(node).start();
    }

    private static void restartInAnyOrder(Arena arena, List<Integer> nodes) {
        List<Integer> order = new ArrayList<>(nodes);
        Collections.shuffle(order, Random.from(arena.random()));
        for (int node : order) {
            start(arena, node);
            Patience.pause(pause(arena, 0, 1000));
        }
        order.forEach(arena::release);
    }

    static Duration pause(Arena arena, int least, int most) {
        return pause(arena.random(), least, most);
    }

    static Duration pause(RandomGenerator random, int least, int most) {
        return Duration.ofMillis(least + random.nextInt(most - least));
    }
}
