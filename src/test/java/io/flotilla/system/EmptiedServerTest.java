package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.NodeStatus;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A node whose server's directory is gone returns by itself under load, with another node's data, whoever is killed
/// meanwhile; at the end all are equal and every acknowledged write is there exactly once.
@Tag("long")
final class EmptiedServerTest {
    /// More transactions than a node would rather be fed than given another's data.
    private static final long ENOUGH = 1_100;

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /// `-Dflotilla.test.kills=N` for more.
    private static final int KILLS = Integer.getInteger("flotilla.test.kills", 1);

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void returnsWithAnotherNodesDataWhoeverDiesMeanwhile() {
        SplittableRandom random = new SplittableRandom(place.seed());
        Ordeal.of(
                place,
                ordeal -> {
                    Fleet fleet = ordeal.fleet();
                    awaitCommitted(fleet);
                    returnsWithTheLeadersData(ordeal);
                    int emptied = fleet.others(fleet.leader()).getFirst();
                    empty(fleet, emptied);
                    for (int i = 0; i < KILLS; i++) {
                        awaitRebuilding(fleet, emptied);
                        Patience.pause(Duration.ofMillis(random.nextInt(700)));
                        kill(ordeal, random.nextInt(3), emptied);
                        if (rebuilt(fleet, emptied)) {
                            empty(fleet, emptied);
                        }
                    }
                    ordeal.awaitServing(emptied);
                    assertThat(rebuilt(fleet, emptied)).isTrue();
                });
    }

    /// With one follower dead and the other's data gone, the only data are the leader's. The process of the other lives:
    /// it and the leader are a majority, and writes go on.
    private static void returnsWithTheLeadersData(Ordeal ordeal) {
        Fleet fleet = ordeal.fleet();
        List<Integer> followers = fleet.others(fleet.leader());
        int emptied = followers.getFirst();
        fleet.killBoth(followers.getLast());
        fleet.killServer(emptied);
        moveAway(group(fleet, emptied).resolve("server"));
        Patience.until(
                PATIENCE,
                () -> "node " + emptied + " has the leader's data",
                () -> rebuilt(fleet, emptied));
        ordeal.awaitServing(emptied);
        ordeal.restart(followers.getLast());
        ordeal.awaitServing(followers.getLast());
    }

    private static void awaitCommitted(Fleet fleet) {
        Patience.until(
                PATIENCE,
                () -> "enough transactions; " + fleet.standings(),
                () -> fleet.status(1).map(EmptiedServerTest::seq).orElse(0L) >= ENOUGH);
    }

    private static long seq(NodeStatus status) {
        String committed = status.committed();
        return Long.parseLong("0" + committed.substring(committed.lastIndexOf('-') + 1));
    }

    private static void empty(Fleet fleet, int node) {
        if (fleet.node(node).running()) {
            fleet.killBoth(node);
        }
        fleet.node(node).awaitEnd(Ordeal.ORPHAN);
        Patience.until(
                Ordeal.ORPHAN,
                () -> "the server of node " + node + " ends",
                () -> fleet.node(node).servers().isEmpty());
        FleetUnderTest.delete(group(fleet, node).resolve("server"));
        fleet.restart(node);
    }

    private static void moveAway(Path directory) {
        try {
            Files.move(directory, directory.resolveSibling("lost"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path group(Fleet fleet, int node) {
        return fleet.node(node).directory().resolve("groups/g0");
    }

    private static void awaitRebuilding(Fleet fleet, int node) {
        Patience.until(
                PATIENCE,
                () -> "node " + node + " is rebuilt; " + fleet.standings(),
                () ->
                        fleet.status(node)
                                        .filter(status -> status.role().equals("rebuilding"))
                                        .isPresent()
                                || rebuilt(fleet, node));
    }

    /// The record of its server's data, or that they serve already.
    private static boolean rebuilt(Fleet fleet, int node) {
        return fleet.node(node).lastLines(10_000).stream()
                        .filter(line ->
                                line.contains("goes on with another node's data")
                                        || line.startsWith("---- started"))
                        .reduce((first, second) -> second)
                        .filter(line -> line.contains("goes on"))
                        .isPresent()
                && Files.exists(group(fleet, node).resolve("server/last-run"));
    }

    private static void kill(Ordeal ordeal, int whom, int emptied) {
        Fleet fleet = ordeal.fleet();
        int leader = fleet.leader();
        int donor =
                fleet.others(leader).stream().filter(n -> n != emptied).findFirst().orElse(leader);
        switch (whom) {
            case 0 -> {
                ordeal.say("kill -9 of the receiver");
                fleet.killNode(emptied);
                ordeal.restart(emptied);
            }
            case 1 -> {
                ordeal.say("kill -9 of the donor's process");
                fleet.killNode(donor);
                ordeal.restart(donor);
            }
            default -> {
                ordeal.say("kill -9 of the donor's server, if it is there already");
                if (!fleet.node(donor).servers().isEmpty()) {
                    fleet.kill(donor, Part.SERVER);
                }
            }
        }
    }
}
