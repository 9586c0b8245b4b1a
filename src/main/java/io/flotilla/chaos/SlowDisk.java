package io.flotilla.chaos;

import java.time.Duration;
import java.util.Optional;

/// A node's disk that takes its time.
final class SlowDisk {
    private SlowDisk() {}

    /// Every flush takes some hundred milliseconds.
    static Optional<Struck> slow(Arena arena) {
        return arena.victim()
                .map(node -> {
                    Duration flush = ProcessFaults.pause(arena, 100, 800);
                    PowerDisk disk = arena.ground().disk(node);
                    disk.slow(flush);
                    return new Struck(
                            "node %d, %d ms a flush".formatted(node, flush.toMillis()),
                            ProcessFaults.pause(arena, 2000, 8000),
                            () -> {
                                disk.slow(Duration.ZERO);
                                arena.release(node);
                            });
                });
    }

    /// The disk answers nothing at all for some seconds.
    static Optional<Struck> hang(Arena arena) {
        return arena.victim()
                .map(node -> {
                    Duration time = ProcessFaults.pause(arena, 3000, 10_000);
                    arena.ground().disk(node).hang(time);
                    return new Struck("node " + node, time, () -> arena.release(node));
                });
    }
}
