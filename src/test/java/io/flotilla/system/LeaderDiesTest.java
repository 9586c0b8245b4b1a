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

    @Test
    void withItsProcessOnly() {
        Ordeal.of(
                place, ordeal -> ordeal.killAndReturn(ordeal.fleet().leaderWithServer(), Part.JVM));
    }

    @Test
    void withItsServerOnly() {
        Ordeal.of(
                place,
                ordeal -> ordeal.killAndReturn(ordeal.fleet().leaderWithServer(), Part.SERVER));
    }

    @Test
    void withBothAtOnce() {
        Ordeal.of(
                place,
                ordeal -> ordeal.killAndReturn(ordeal.fleet().leaderWithServer(), Part.BOTH));
    }

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
