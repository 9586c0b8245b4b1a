package io.flotilla.chaos;

import io.flotilla.bench.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A node's disk that fills up.
final class FullDisk {
    private static final long LEAST = 4096;

    private FullDisk() {}

    /// Somebody fills the disk within an instant: to the last block, or to less than what a node keeps in reserve
    /// (`disk.reserve`, 256 MiB). After some seconds there is room again.
    static Optional<Struck> fill(Arena arena) {
        return arena.victim()
                .map(node -> {
                    long left = arena.random().nextBoolean() ? 0 : 150L << 20;
                    Path disk = arena.ground().disk(node).mountPoint();
                    Path ballast = disk.resolve("ballast");
                    take(disk, ballast, left);
                    return new Struck(
                            "node %d, %d MiB left".formatted(node, left >> 20),
                            ProcessFaults.pause(arena, 2000, 8000),
                            () -> {
                                free(ballast);
                                goesOn(arena, node);
                                arena.release(node);
                            });
                });
    }

    /// Takes what is there in pieces of half the size each time one is refused.
    static void take(Path disk, Path ballast, long left) {
        try {
            Files.createDirectory(ballast);
            int count = 0;
            long piece = usable(disk) - left;
            while (piece >= LEAST && usable(disk) - left >= LEAST) {
                piece = Math.min(piece, usable(disk) - left);
                Path file = ballast.resolve(Integer.toString(count++));
                if (!allocated(file, piece)) {
                    Files.deleteIfExists(file);
                    piece /= 2;
                }
            }
        } catch (IOException e) {
            // The directory itself found no room: it is as full as it can be.
            return;
        }
    }

    private static boolean allocated(Path file, long bytes) {
        try {
            HostCommand.run("fallocate", "-l", Long.toString(bytes), file.toString());
            return true;
        } catch (IllegalStateException full) {
            return false;
        }
    }

    private static long usable(Path disk) throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    private static void free(Path ballast) {
        if (Files.exists(ballast)) {
            DiskFaults.delete(ballast);
        }
    }

    /// A node goes on by itself once there is room; one that has ended must have said why, and is started.
    private static void goesOn(Arena arena, int node) {
        NodeProcess process = arena.fleet().node(node);
        if (process.running()) {
            arena.count("disk-full: the node went on");
            return;
        }
        List<String> said = process.lastLines(30);
        arena.count("disk-full: the node ended, and was started");
        said.stream()
                .filter(line -> line.contains("No space left") || line.contains("cannot go on"))
                .findFirst()
                .ifPresentOrElse(
                        why -> arena.say("  " + why),
                        () ->
                                arena.complain(
                                        "UNHELPFUL node %d ended on a full disk and says: %s"
                                                .formatted(node, said)));
        ProcessFaults.start(arena, node);
    }
}
