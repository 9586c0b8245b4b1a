package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.Patience;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A log so short that its front is given up all the time: who was away lacks entries and is rebuilt, and a fleet that
/// lost the servers of all nodes at once comes back from its bases.
@Tag("long")
final class CompactedLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String CUT = "the log begins behind entry";

    @RegisterExtension
    private final FleetUnderTest place = new FleetUnderTest().with("log.keep", "256KiB");

    @Test
    void loadGoesOnWhileNodesFallBehindTheLogAndAllServersAreLost() {
        Ordeal.of(
                place,
                ordeal -> {
                    Fleet fleet = ordeal.fleet();
                    List<Integer> all = fleet.numbers().boxed().toList();
                    int away = fleet.others(fleet.leader()).getFirst();
                    fleet.killBoth(away);
                    long moment = System.nanoTime();
                    // The first one leaves the younger half, which it may know.
                    fleet.others(away).forEach(node -> awaitCut(fleet, node, 2));
                    ordeal.goesOn(moment);
                    ordeal.restart(away);
                    ordeal.awaitServing(away);
                    assertThat(says(fleet, away, "the log goes on behind entry")).isTrue();
                    assertThat(says(fleet, away, "goes on with another node's data")).isTrue();

                    ordeal.say(
                            "kill -9 of everything, and the servers' data of all nodes are lost");
                    fleet.killAll();
                    for (int node : all) {
                        fleet.node(node).awaitEnd(Ordeal.ORPHAN);
                    }
                    all.forEach(node ->
                            FleetUnderTest.delete(
                                    fleet.node(node).directory().resolve("groups/g0/server")));
                    long lost = System.nanoTime();
                    all.forEach(fleet::restart);
                    all.forEach(ordeal::awaitServing);
                    ordeal.goesOn(lost);
                    assertThat(all)
                            .anySatisfy(node ->
                                    assertThat(says(fleet, node, "its own base is taken"))
                                            .isTrue());
                });
    }

    private static void awaitCut(Fleet fleet, int node, long count) {
        Patience.until(
                PATIENCE,
                () -> "node " + node + " gives up the front of its log; " + fleet.standings(),
                () -> cuts(fleet, node) >= count);
    }

    private static long cuts(Fleet fleet, int node) {
        return fleet.node(node).lastLines(100_000).stream()
                .filter(line -> line.contains(CUT))
                .count();
    }

    private static boolean says(Fleet fleet, int node, String what) {
        return fleet.node(node).lastLines(100_000).stream().anyMatch(line -> line.contains(what));
    }
}
