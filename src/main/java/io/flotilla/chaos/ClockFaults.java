package io.flotilla.chaos;

import java.time.Duration;
import java.util.Optional;

/// What is done to wall clocks.
final class ClockFaults {
    private static final int HOURS = 5;

    private ClockFaults() {}

    /// A node's clock jumps by seconds, minutes or hours, forward or back; afterwards it is right again, by another jump,
    /// or stays wrong.
    static Optional<Struck> jump(Arena arena) {
        int node = 1 + arena.random().nextInt(arena.fleet().size());
        long most =
                switch (arena.random().nextInt(3)) {
                    case 0 -> 60;
                    case 1 -> 3600;
                    default -> HOURS * 3600;
                };
        Duration by = Duration.ofSeconds(arena.random().nextLong(-most, most + 1));
        boolean back = arena.random().nextBoolean();
        JumpClocks clocks = arena.ground().clocks();
        clocks.set(node, by);
        return Optional.of(
                new Struck(
                        "node %d, %d s off%s"
                                .formatted(node, by.toSeconds(), back ? "" : ", and stays so"),
                        ProcessFaults.pause(arena, 500, 6000),
                        () -> {
                            if (back) {
                                clocks.set(node, Duration.ZERO);
                            }
                        }));
    }
}
