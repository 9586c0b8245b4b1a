package io.flotilla.chaos;

import io.flotilla.bench.NodeProcess;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.NodeStatus;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What is done to files while a node is down.
final class DiskFaults {
    /// Within this the other nodes have what the victim may have acknowledged, or it is spared.
    private static final Duration OTHERS_GO_ON = Duration.ofSeconds(10);

    /// Within this a node refuses what it finds, or serves.
    private static final Duration DECIDES = Duration.ofSeconds(60);

    private DiskFaults() {}

    /// The server's data are gone; the log and the vote are there.
    static Optional<Struck> serverLost(Arena arena) {
        return arena.victim()
                .map(node -> {
                    arena.kill(node, Part.BOTH);
                    return new Struck(
                            "node " + node,
                            ProcessFaults.pause(arena, 0, 2000),
                            () -> {
                                arena.fleet().awaitDead(node);
                                delete(group(arena, node).resolve("server"));
                                ProcessFaults.restart(arena, node);
                            });
                });
    }

    /// Everything of a node is gone.
    static Optional<Struck> nodeLost(Arena arena) {
        return arena.victimOfALoss()
                .map(node -> {
                    arena.kill(node, Part.BOTH);
                    return new Struck(
                            "node " + node,
                            ProcessFaults.pause(arena, 0, 2000),
                            () -> {
                                arena.fleet().awaitDead(node);
                                empty(arena, node);
                                arena.release(node);
                            });
                });
    }

    /// A file of a node is changed while it is down: it is repaired, or the node says which file it does not take and
    /// does not start. Then its operator empties its directory.
    ///
    /// Nothing is damaged before the others have acknowledged a write without it: both have everything then that this
    /// node has acknowledged, so that no majority lacks it.
    static Optional<Struck> damage(Arena arena) {
        return arena.victimOfALoss()
                .map(node -> {
                    long killed = arena.kill(node, Part.BOTH);
                    Damage damage = arena.nextDamage();
                    return new Struck(
                            "node " + node + ", " + damage.word(),
                            ProcessFaults.pause(arena, 0, 2000),
                            () -> {
                                arena.fleet().awaitDead(node);
                                if (arena.acknowledgedAfter(killed, OTHERS_GO_ON)) {
                                    damage(arena, node, damage);
                                } else {
                                    arena.count("damage: spared, the others stood still");
                                    ProcessFaults.start(arena, node);
                                    arena.wounds().heals(node, () -> true);
                                }
                                arena.release(node);
                            });
                });
    }

    private static void damage(Arena arena, int node, Damage damage) {
        Optional<Path> hit = strike(arena, node, damage);
        ProcessFaults.start(arena, node);
        if (hit.isEmpty()) {
            arena.count("damage: " + damage.word() + ", no such file");
            arena.wounds().heals(node, () -> true);
        } else if (refuses(arena, node)) {
            arena.count("damage: " + damage.word() + ", refused");
            requireNamed(arena, node, damage, hit.get());
            empty(arena, node);
        } else {
            arena.count("damage: " + damage.word() + ", taken");
            long position = arena.fleet().leaderSeq();
            arena.wounds().heals(node, () -> arena.fleet().appliedSeq(node) >= position);
        }
    }

    private static Optional<Path> strike(Arena arena, int node, Damage damage) {
        try {
            return damage.strike(group(arena, node), arena.random());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean refuses(Arena arena, int node) {
        NodeProcess process = arena.fleet().node(node);
        return Patience.untilPresent(
                DECIDES,
                () -> "node " + node + " refuses or serves; " + arena.fleet().standings(),
                () -> {
                    if (!process.running()) {
                        return Optional.of(true);
                    }
                    return arena.fleet().status(node).filter(NodeStatus::serves).map(_ -> false);
                });
    }

    /// A refusal is of use when it names what it is about.
    private static void requireNamed(Arena arena, int node, Damage damage, Path hit) {
        List<String> said = arena.fleet().node(node).saidSinceStart();
        Optional<String> why =
                said.stream().filter(line -> line.contains("cannot go on:")).findFirst();
        arena.say("  " + why.orElse("(nothing)"));
        if (why.isEmpty() || !why.get().contains(hit.toString())) {
            arena.complain(
                    "UNHELPFUL node %d after %s of %s says: %s"
                            .formatted(node, damage.word(), hit, why.orElse("nothing")));
        }
    }

    /// An operator's last means: the whole directory is emptied, and the node started.
    private static void empty(Arena arena, int node) {
        NodeProcess process = arena.fleet().node(node);
        int before = process.lastLines(Integer.MAX_VALUE).size();
        delete(process.directory().resolve("groups"));
        ProcessFaults.start(arena, node);
        arena.wounds().heals(node, () -> votesAgain(process, before));
    }

    private static boolean votesAgain(NodeProcess process, int before) {
        return process.lastLines(Integer.MAX_VALUE).stream()
                .skip(before)
                .anyMatch(line -> line.contains("has caught up and votes again"));
    }

    private static Path group(Arena arena, int node) {
        return arena.fleet().node(node).directory().resolve("groups/g0");
    }

    static void delete(Path tree) {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
