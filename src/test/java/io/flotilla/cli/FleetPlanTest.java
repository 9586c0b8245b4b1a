package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class FleetPlanTest {
    @Test
    void givesNodeNTheNthPort() {
        FleetPlan plan = new FleetPlan("f", 3, 8001, 3301, 3401, 9001);

        assertThat(plan.http(3)).isEqualTo(URI.create("http://localhost:8003"));
        assertThat(plan.raftPort(2)).isEqualTo(9002);
        assertThat(plan.sqlPort(2)).isEqualTo(3302);
        assertThat(plan.readOnlyPort(2)).isEqualTo(3402);
        assertThat(plan.numbers()).containsExactly(1, 2, 3);
    }

    @Test
    void refusesRangesOfPortsThatOverlap() {
        assertThatThrownBy(() -> new FleetPlan("f", 3, 8001, 3301, 3401, 8003))
                .hasMessageContaining("port 8003 would be used twice");
    }

    @Test
    void refusesPortsThatAreNone() {
        assertThatThrownBy(() -> new FleetPlan("f", 3, 65_534, 3301, 3401, 9001))
                .hasMessageContaining("65534 to 65536");
    }

    @Test
    void refusesAFleetOfNoneAndOfTooMany() {
        assertThatThrownBy(() -> new FleetPlan("f", 0, 8001, 3301, 3401, 9001))
                .hasMessageContaining("1 to 9 nodes, not 0");
        assertThatThrownBy(() -> new FleetPlan("f", 10, 8001, 3301, 3401, 9001))
                .hasMessageContaining("1 to 9 nodes, not 10");
    }
}
