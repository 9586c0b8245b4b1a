package io.flotilla.chaos;

import io.flotilla.bench.NodeProcess.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// What is done to files while a node is down.
final class DiskFaults {
    private DiskFaults() {}

    /// The server's data are gone; the log and the vote are there.
    static Optional<Struck> serverLost(Arena arena) {
        return arena.victim()
                .map(node -> {
                    arena.fleet().kill(node, Part.BOTH);
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

    /// Everything of a node is gone. Once in a campaign: acknowledged writes outlive the loss of a minority of the disks,
    /// and how long a node takes until it counts again is not seen from here.
    static Optional<Struck> nodeLost(Arena arena) {
        return arena.victimOfALoss()
                .map(node -> {
                    arena.fleet().kill(node, Part.BOTH);
                    return new Struck(
                            "node " + node,
                            ProcessFaults.pause(arena, 0, 2000),
                            () -> {
                                arena.fleet().awaitDead(node);
                                delete(arena.fleet().node(node).directory().resolve("groups"));
                                ProcessFaults.restart(arena, node);
                            });
                });
    }

    private static Path group(Arena arena, int node) {
        return arena.fleet().node(node).directory().resolve("groups/g0");
    }

    private static void delete(Path tree) {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
