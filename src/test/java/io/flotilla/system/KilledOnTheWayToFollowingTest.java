package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A former leader that dies at the moment at which its server is recorded as a follower's is proved when it returns: what
/// it defined as leader is not held against it.
@Tag("system")
final class KilledOnTheWayToFollowingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void afterACrash() {
        Fleet fleet = place.start(3);
        int former = define(fleet);

        fleet.killBoth(former);
        fleet.restart(former);

        dieAndReturn(fleet, former, () -> fleet.kill(former, Part.BOTH));
    }

    @Test
    void afterAHandover() {
        Fleet fleet = place.start(3);
        int former = define(fleet);
        fleet.awaitLevel(PATIENCE);

        // Looked up before: the moment lasts some ten milliseconds.
        ProcessHandle jvm = ProcessHandle.of(fleet.node(former).jvm().orElseThrow()).orElseThrow();
        Thread asking = Thread.startVirtualThread(() -> handOver(fleet, former));

        dieAndReturn(fleet, former, jvm::destroyForcibly);
        asking.interrupt();
    }

    private void handOver(Fleet fleet, int former) {
        try {
            place.client().handOver(fleet.node(former).http(), fleet.others(former).getFirst());
        } catch (IOException e) {
            place.say("the answer to the handover is lost: " + e.getMessage());
        }
    }

    /// @return who leads; its reign has a definition
    private int define(Fleet fleet) {
        int leader = fleet.leaderWithServer();
        var http = fleet.node(leader).http();
        assertThat(place.client().write(http, "/createdb?name=shop").acknowledged()).isTrue();
        for (String sql :
                List.of(
                        "CREATE TABLE boats (id INT PRIMARY KEY)",
                        "INSERT INTO boats VALUES (1)")) {
            assertThat(place.client().execute(http, "shop", sql).acknowledged()).isTrue();
        }
        return leader;
    }

    private static void dieAndReturn(Fleet fleet, int node, Runnable kill) {
        Path record = fleet.node(node).directory().resolve("groups/g0/server/last-run");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!read(record).contains("end=following")) {
            assertThat(System.nanoTime()).as("node %d follows", node).isLessThan(deadline);
            Thread.onSpinWait();
        }
        kill.run();
        fleet.restart(node);
        fleet.awaitLevel(PATIENCE);
        assertThat(fleet.node(node).saidSinceStart())
                .anyMatch(line -> line.contains("its server is proved at"))
                .noneMatch(line -> line.contains("the old data are kept in"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
