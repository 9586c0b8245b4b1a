package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The lead is handed from node to node under load: what clients asked meanwhile goes on at the next leader, and none of
/// them sees an error.
@Tag("system")
final class HandedOverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void fromNodeToNodeWithoutAnError() {
        Ordeal.of(
                place,
                ordeal -> {
                    try (FleetClient client = new FleetClient(PATIENCE)) {
                        for (int round = 0; round < 4; round++) {
                            handOver(ordeal, client, round);
                        }
                    }
                    // Every writer has an answer to something it asked after the last handover.
                    ordeal.goesOn(System.nanoTime());
                    assertThat(ordeal.load().history().reasons()).isEmpty();
                    assertThat(ordeal.load().history().failedReads()).isZero();
                });
    }

    private static void handOver(Ordeal ordeal, FleetClient client, int round) {
        Fleet fleet = ordeal.fleet();
        int leader = fleet.leader();
        int next = fleet.others(leader).get(round % 2);
        int asked = 1 + round % fleet.size();
        long began = System.nanoTime();
        try {
            var answer = client.post(fleet.node(asked).http(), "/leader", Map.of("id", next));
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("id").asInt()).isEqualTo(next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ordeal.say(
                "node %d led, node %d was asked, node %d leads after %d ms"
                        .formatted(leader, asked, next, (System.nanoTime() - began) / 1_000_000));
        ordeal.goesOn(began);
        assertThat(fleet.leader()).isEqualTo(next);
    }
}
