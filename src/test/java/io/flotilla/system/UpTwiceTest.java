package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two `up`s on one directory at the same time, and one after the other.
@Tag("system")
final class UpTwiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    private Path directory = Path.of("");

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("up").toRealPath();
    }

    @AfterEach
    void leaveNothing() {
        CommandRun.endAllIn(directory);
        FleetUnderTest.delete(directory);
    }

    @Test
    void startsOneFleetAndTellsTheOtherInOneSentence() throws IOException {
        List<String> up = up();
        CommandRun first = CommandRun.start(directory.resolve("1.txt"), up);
        CommandRun second = CommandRun.start(directory.resolve("2.txt"), up);
        int firstCode = first.awaitEnd(PATIENCE);
        int secondCode = second.awaitEnd(PATIENCE);
        System.out.printf(
                "== UpTwiceTest: %d %s%n%d %s%n",
                firstCode, first.said(), secondCode, second.said());

        assertThat(List.of(firstCode, secondCode)).contains(0);
        for (CommandRun run : List.of(first, second)) {
            if (run.awaitEnd(PATIENCE) != 0) {
                assertThat(run.said()).contains("another ./flotilla").doesNotContain("\tat ");
            }
        }
        CommandRun third = CommandRun.start(directory.resolve("3.txt"), up);
        assertThat(third.awaitEnd(PATIENCE)).isZero();
        assertThat(third.said()).contains("up already");
        assertThat(nodes()).hasSize(1);

        CommandRun down =
                CommandRun.start(directory.resolve("4.txt"), List.of("down", "--data", data()));
        assertThat(down.awaitEnd(PATIENCE)).isZero();
        assertThat(CommandRun.processesIn(directory)).isEmpty();
    }

    private List<String> up() {
        List<Integer> ports = CommandRun.freePorts(4);
        return List.of(
                "up",
                "--detach",
                "--nodes=1",
                "--data=" + data(),
                "--http-port=" + ports.get(0),
                "--sql-port=" + ports.get(1),
                "--ro-port=" + ports.get(2),
                "--raft-port=" + ports.get(3));
    }

    private String data() {
        return directory.resolve("fleet").toString();
    }

    private List<String> nodes() throws IOException {
        try (Stream<String> rows = CommandRun.processesIn(directory).stream()) {
            return rows.filter(row -> row.contains("node --config")).toList();
        }
    }
}
