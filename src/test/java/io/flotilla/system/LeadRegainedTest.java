package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One process that leads, is deposed, and leads again.
@Tag("system")
final class LeadRegainedTest {
    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void inOneProcess() {
        Ordeal.of(
                place,
                ordeal -> {
                    Fleet fleet = ordeal.fleet();
                    int first = fleet.leader();
                    long process = fleet.node(first).jvm().orElseThrow();

                    fleet.freeze(first, Part.BOTH);
                    int second = fleet.leaderOtherThan(first, Ordeal.GOES_ON);
                    fleet.thaw(first);
                    ordeal.awaitServing(first);
                    awaitLogLevelWith(ordeal, first);

                    // The third misses some entries, so that only the first can be elected once the
                    // second is gone.
                    // Killed, not frozen: a frozen node finds them in its sockets when it goes on.
                    int third = 6 - first - second;
                    fleet.killBoth(third);
                    ordeal.goesOn(System.nanoTime());
                    fleet.freeze(second, Part.BOTH);
                    ordeal.restart(third);
                    assertThat(fleet.leaderOtherThan(second, Ordeal.LEVEL)).isEqualTo(first);
                    fleet.thaw(second);

                    assertThat(fleet.node(first).jvm()).hasValue(process);
                    ordeal.goesOn(System.nanoTime());
                });
    }

    /// With the third frozen a write is acknowledged only once the first has it: it must be in reach of the leader.
    private static void awaitLogLevelWith(Ordeal ordeal, int node) {
        Patience.until(
                Ordeal.LEVEL,
                () -> "node " + node + " follows; " + ordeal.fleet().standings(),
                () ->
                        ordeal.fleet()
                                .status(node)
                                .map(status -> status.serves() && !status.leads())
                                .orElse(false));
    }
}
