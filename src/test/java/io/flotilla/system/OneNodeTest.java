package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient.Read;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A fleet of one node, which has nobody to get anything back from.
@Tag("system")
final class OneNodeTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int ROWS = 50;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void hasItsRowsAfterEveryKindOfKill() {
        Fleet fleet = place.start(1);
        URI node = fleet.node(1).http();
        assertThat(place.client().write(node, "/createdb?name=alone")).isInstanceOf(acknowledged());
        assertThat(
                        place.client()
                                .write(
                                        node,
                                        "/createtable?dbname=alone&table=t&schema=id%20INT%20PRIMARY%20KEY"))
                .isInstanceOf(acknowledged());
        int written = 0;
        for (Part part : Part.values()) {
            for (int i = 0; i < ROWS; i++) {
                assertThat(place.client().insert(node, "alone", "t", Map.of("id", ++written)))
                        .isInstanceOf(acknowledged());
            }
            place.say("kill -9, " + part);
            fleet.kill(1, part);
            if (part != Part.SERVER) {
                fleet.restart(1);
            }
            awaitRows(node, written);
        }
    }

    private void awaitRows(URI node, int count) {
        Patience.until(
                SOON,
                () -> count + " rows",
                () ->
                        place.client().select(node, "alone", "t", Map.of())
                                        instanceof Read.Rows(var rows)
                                && rows.size() == count);
    }

    private static Class<Outcome.Acknowledged> acknowledged() {
        return Outcome.Acknowledged.class;
    }
}
