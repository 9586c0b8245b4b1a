package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient.Read;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.NodeStatus;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Kills while databases and tables come and go. What was acknowledged is there on every node that serves; a node that
/// says plainly that only a rebuild would help it is counted, not blamed.
@Tag("system")
final class DdlUnderKillsTest {
    private static final Duration BETWEEN_KILLS = Duration.ofMillis(700);
    private static final Duration SETTLING = Duration.ofSeconds(150);
    private static final int KILLS = 3;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    /// Which tables were acknowledged to be made, or to be dropped with their database.
    private final Map<String, Boolean> expected = new ConcurrentSkipListMap<>();

    private final AtomicBoolean stopped = new AtomicBoolean();

    @Test
    void leaveEveryServingNodeWithWhatWasAcknowledged() throws InterruptedException {
        Fleet fleet = place.start(3);
        RandomGenerator random = new java.util.SplittableRandom(place.seed());
        Thread writer = Thread.ofVirtual().start(() -> makeAndDrop(fleet));
        for (int kill = 0; kill < KILLS; kill++) {
            Patience.pause(BETWEEN_KILLS.plusMillis(random.nextInt(300)));
            int leader = fleet.leaderWithServer();
            int victim = kill % 2 == 0 ? leader : fleet.others(leader).getFirst();
            place.say("kill -9 of node " + victim + " and its server");
            fleet.kill(victim, Part.BOTH);
            fleet.restart(victim);
            awaitServingOrOut(fleet, victim);
        }
        stopped.set(true);
        writer.join();

        List<Integer> out = fleet.numbers().filter(number -> isOut(fleet, number)).boxed().toList();
        place.say(
                "%d statements acknowledged or open; out of service and saying so: %s"
                        .formatted(expected.size(), out));
        assertThat(out).as("nodes out of service").hasSizeLessThan(2);
        TreeSet<Integer> serving = new TreeSet<>(fleet.numbers().boxed().toList());
        serving.removeAll(out);
        fleet.awaitLevel(List.copyOf(serving), SETTLING);
        serving.forEach(number -> judge(fleet, number));
    }

    private void makeAndDrop(Fleet fleet) {
        for (int i = 0; !stopped.get(); i++) {
            URI node = fleet.http().get(i % fleet.size());
            String database = "d" + i;
            write(node, "/createdb?name=" + database);
            Outcome made =
                    write(
                            node,
                            "/createtable?dbname="
                                    + database
                                    + "&table=t&schema=id%20INT%20PRIMARY%20KEY");
            if (made.acknowledged()) {
                expected.put(database, true);
            }
            if (i % 3 == 0) {
                Outcome dropped = write(node, "/dropdb?name=" + database);
                if (dropped.acknowledged()) {
                    expected.put(database, false);
                } else if (!dropped.notApplied()) {
                    expected.remove(database);
                }
            }
        }
    }

    private Outcome write(URI node, String path) {
        return place.client().write(node, path);
    }

    private void judge(Fleet fleet, int number) {
        expected.forEach((database, there) -> {
            Read read =
                    place.client()
                            .select(
                                    fleet.node(number).http(),
                                    database,
                                    "t",
                                    Map.of("level", "none"));
            assertThat(read instanceof Read.Rows)
                    .as(
                            "table in %s at node %d, expected %s, read %s",
                            database, number, there, read)
                    .isEqualTo(there);
        });
    }

    private static void awaitServingOrOut(Fleet fleet, int number) {
        Patience.until(
                SETTLING,
                () -> "node " + number + " serves or says that it cannot; " + fleet.standings(),
                () ->
                        fleet.status(number)
                                .map(status -> status.serves() || status.outOfService())
                                .orElse(false));
    }

    private static boolean isOut(Fleet fleet, int number) {
        Optional<NodeStatus> status = fleet.status(number);
        return status.map(NodeStatus::outOfService).orElse(false);
    }
}
