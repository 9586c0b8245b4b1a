package io.flotilla.system;

import io.flotilla.bench.NodeProcess.Part;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// kill -9 of the leader under load: nothing acknowledged is lost, nothing is there twice, writes go on, and the killed
/// node returns by itself.
@Tag("system")
final class LeaderDiesTest {
    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    /// Its JVM and its server at once, its server only, its JVM only: each time the leader of that moment, in one fleet, so
    /// that later ones are leaders that have been killed before.
    @Test
    void oneLeaderAfterTheOther() {
        Ordeal.of(
                place,
                ordeal -> {
                    for (Part part : new Part[] {Part.BOTH, Part.SERVER, Part.JVM}) {
                        ordeal.killAndReturn(ordeal.fleet().leaderWithServer(), part);
                    }
                });
    }
}
