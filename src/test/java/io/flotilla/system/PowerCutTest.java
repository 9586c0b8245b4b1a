package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flotilla.bench.FleetSetup;
import io.flotilla.chaos.PowerCampaign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A short campaign of power cuts; needs root, `/dev/fuse` and loop devices. `./flotilla chaos --faults power` runs long
/// ones.
@Tag("long")
final class PowerCutTest {
    private static final Path ENGINE_HOME = Path.of("target", "engine").toAbsolutePath();
    private static final Duration LENGTH = Duration.ofSeconds(100);
    private static final Duration GOES_ON = Duration.ofMinutes(3);

    @Test
    void losesNothingAndDoublesNothing() throws IOException {
        assumeThat(PowerCampaign.obstacle()).isEmpty();
        long seed = Long.getLong(FleetUnderTest.SEED_PROPERTY, System.nanoTime());
        System.out.printf("== PowerCutTest, -D%s=%d%n", FleetUnderTest.SEED_PROPERTY, seed);
        // Short: the path of a unix socket has at most 107 bytes.
        Path place = Files.createTempDirectory("fleet").toRealPath();
        Path disks = Files.createTempDirectory("disks").toRealPath();
        try {
            PowerCampaign.Plan plan =
                    new PowerCampaign.Plan(
                            seed, LENGTH, GOES_ON, PowerCampaign.Plan.DEFAULT_DISK_BYTES);
            FleetSetup setup = FleetSetup.of(3, place, ENGINE_HOME);
            assertThat(new PowerCampaign(plan, System.out).run(setup, disks)).isEmpty();
            FleetUnderTest.delete(place);
        } finally {
            FleetUnderTest.delete(disks);
        }
    }
}
