package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A node that is started a second time while it runs.
@Tag("system")
final class SecondProcessTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int LINES = 30;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void isRefusedInWordsAndLeavesTheFirstAlone() {
        Fleet fleet = place.start(1);
        List<Long> servers = fleet.node(1).servers();
        NodeProcess second = fleet.node(1).again("second");

        second.start();
        second.awaitEnd(SOON);

        assertThat(second.exitCode()).isPresent().get().isNotEqualTo(0);
        List<String> said = second.lastLines(LINES);
        place.say("the second said: " + said);
        assertThat(String.join("\n", said)).containsIgnoringCase("another");
        assertThat(String.join("\n", said)).doesNotContain("\tat io.flotilla");
        assertThat(fleet.node(1).running()).isTrue();
        assertThat(fleet.node(1).servers()).isEqualTo(servers);
        assertThat(fleet.leader()).isEqualTo(1);
    }
}
