package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JumpClocksTest {
    @TempDir private Path place;

    private JumpClocks clocks;

    @BeforeEach
    void make() throws IOException {
        assumeThat(JumpClocks.obstacle()).isEmpty();
        clocks = JumpClocks.create(2, place);
    }

    private long secondsAt(int node) {
        List<String> command = new ArrayList<>(clocks.starter(node));
        command.addAll(List.of("date", "+%s"));
        return Long.parseLong(HostCommand.run(command.toArray(String[]::new)));
    }

    private static void about(long seconds, Duration off) {
        assertThat(seconds - Instant.now().getEpochSecond())
                .isCloseTo(off.toSeconds(), Offset.offset(5L));
    }

    @Test
    void eachNodesClockIsSetAlone() {
        clocks.set(1, Duration.ofHours(-5));
        clocks.set(2, Duration.ofMinutes(40).plusNanos(1));
        about(secondsAt(1), Duration.ofHours(-5));
        about(secondsAt(2), Duration.ofMinutes(40));
        clocks.set(1, Duration.ZERO);
        about(secondsAt(1), Duration.ZERO);
    }

    /// What waits for a while waits as long as ever.
    @Test
    void onlyTheWallClockIsOff() {
        clocks.set(1, Duration.ofHours(3));
        List<String> command = new ArrayList<>(clocks.starter(1));
        command.addAll(List.of("timeout", "20", "sleep", "0.2"));
        long began = System.nanoTime();
        HostCommand.run(command.toArray(String[]::new));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }
}
