package io.flotilla.system;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// kill -9 of a follower under load: writes go on, and it returns by itself with the same rows as the others.
@Tag("system")
final class FollowerDiesTest {
    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void firstItsProcessThenItsServerThenBoth() {
        Ordeal.of(
                place,
                ordeal -> {
                    for (Part part : Part.values()) {
                        ordeal.killAndReturn(aFollower(ordeal.fleet()), part);
                    }
                });
    }

    private static int aFollower(Fleet fleet) {
        return fleet.others(fleet.leader()).getFirst();
    }
}
