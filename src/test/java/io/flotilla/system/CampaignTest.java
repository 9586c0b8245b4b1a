package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.chaos.Campaign;
import io.flotilla.chaos.Ground;
import io.flotilla.workload.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A short fault campaign; `./flotilla chaos` runs long ones.
@Tag("system")
final class CampaignTest {
    private static final List<Kind> WORKLOADS =
            List.of(Kind.SET, Kind.REGISTER, Kind.APPEND, Kind.BANK);
    private static final Duration LENGTH = Duration.ofSeconds(45);

    /// Generous, since the machine of a test run is shared; `./flotilla chaos` asks for 10 s.
    private static final Duration GOES_ON = Duration.ofSeconds(60);

    /// So short that logs are cut and nodes rebuilt as well.
    @RegisterExtension
    private final FleetUnderTest place = new FleetUnderTest().with("log.keep", "256KiB");

    @Test
    void losesNothingAndDoublesNothing() {
        try (Ground ground = Ground.plain()) {
            Fleet fleet = place.start(3, Optional.of(ground.wires()));
            Campaign.Plan plan =
                    new Campaign.Plan(
                            place.seed(), LENGTH, Campaign.Plan.allFaults(), WORKLOADS, GOES_ON);
            assertThat(new Campaign(fleet, ground, plan, System.out).run()).isEmpty();
        }
    }
}
