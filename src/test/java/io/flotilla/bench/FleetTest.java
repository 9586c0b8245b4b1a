package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.bench.NodeProcess.Part;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On shell scripts in place of nodes, and copies of `sleep` in place of servers.
final class FleetTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private Fleet fleet;

    @BeforeEach
    void startTwoSleepingNodes() throws IOException {
        Files.copy(Path.of("/bin/sleep"), directory.resolve("mariadbd"));
        fleet = Fleet.of(directory, IntStream.of(1, 2).mapToObj(this::sleepingNode).toList());
        fleet.startAll();
        for (int number = 1; number <= 2; number++) {
            awaitServers(number, 1);
        }
    }

    @AfterEach
    void leaveNothing() {
        fleet.close();
    }

    @Test
    void findsTheServerOfEachNodeByItsDirectory() {
        assertThat(fleet.node(1).servers()).isNotEqualTo(fleet.node(2).servers());
    }

    @Test
    void killsTheServerOfOneNodeOnly() {
        fleet.killServer(1);

        awaitServers(1, 0);
        assertThat(fleet.node(1).running()).isTrue();
        assertThat(fleet.node(2).servers()).hasSize(1);
    }

    @Test
    void killsTheNodeAndNotItsServer() {
        fleet.killNode(1);

        fleet.node(1).awaitEnd(SOON);
        assertThat(fleet.node(1).exitCode()).hasValue(128 + 9);
        assertThat(fleet.node(1).servers()).hasSize(1);
    }

    @Test
    void killsBothAndStartsThemAgain() {
        fleet.killBoth(1);
        fleet.node(1).awaitEnd(SOON);
        awaitServers(1, 0);

        fleet.restart(1);

        awaitServers(1, 1);
        assertThat(fleet.node(1).running()).isTrue();
    }

    @Test
    void refusesToKillWhatDoesNotRun() {
        fleet.killServer(1);
        awaitServers(1, 0);

        assertThatThrownBy(() -> fleet.killServer(1)).hasMessageContaining("no server");
    }

    @Test
    void freezesAndThaws() {
        long server = fleet.node(1).servers().getFirst();

        fleet.freeze(1, Part.BOTH);
        awaitState(server, 'T');

        fleet.thaw(1);
        awaitState(server, 'S');
    }

    @Test
    void killsEverythingEvenWhenFrozen() {
        fleet.freeze(1, Part.BOTH);

        fleet.close();

        assertThat(ProcessTable.belongingTo(directory)).isEmpty();
    }

    @Test
    void saysWhatAStopHasLeftBehind() {
        assertThatThrownBy(() -> fleet.stop())
                .hasMessageContaining("left behind")
                .hasMessageContaining("mariadbd");
    }

    @Test
    void showsTheEndOfTheLogs() {
        Patience.until(SOON, () -> "a log", () -> fleet.logs(5).contains("node 2 is up"));
    }

    private void awaitServers(int number, int count) {
        Patience.until(
                SOON,
                () -> count + " servers of node " + number,
                () -> fleet.node(number).servers().size() == count);
    }

    private void awaitState(long pid, char state) {
        Patience.until(
                SOON,
                () -> "state " + state,
                () ->
                        ProcessTable.belongingTo(directory).stream()
                                .anyMatch(row -> row.pid() == pid && row.state() == state));
    }

    private NodeProcess sleepingNode(int number) {
        Path place = directory.resolve("node-" + number);
        String script =
                "echo node "
                        + number
                        + " is up; "
                        + directory
                        + "/mariadbd 300 & wait; exec sleep 300";
        return new NodeProcess(
                number,
                URI.create("http://localhost:1"),
                1,
                place,
                List.of("sh", "-c", script),
                directory.resolve("node-" + number + ".log"));
    }
}
