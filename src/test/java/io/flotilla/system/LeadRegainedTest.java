package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One process that leads, is deposed, and leads again.
@Tag("system")
final class LeadRegainedTest {
    private static final Duration FALLING_BEHIND = Duration.ofMillis(500);

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
                    int third = 6 - first - second;
                    fleet.freeze(third, Part.BOTH);
                    ordeal.goesOn(System.nanoTime());
                    Patience.pause(FALLING_BEHIND);
                    fleet.freeze(second, Part.BOTH);
                    fleet.thaw(third);
                    assertThat(fleet.leaderOtherThan(second, Ordeal.GOES_ON)).isEqualTo(first);
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
