package io.flotilla.system;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// kill -9 of every process of the fleet at once, under load.
@Tag("system")
final class AllDieTest {
    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void andReturnWithEverythingThatWasAcknowledged() {
        Ordeal.of(
                place,
                ordeal -> {
                    ordeal.fleet().killAll();
                    ordeal.fleet().numbers().forEach(ordeal.fleet()::restart);
                    ordeal.fleet().numbers().forEach(ordeal::awaitServing);
                });
    }
}
