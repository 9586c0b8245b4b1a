package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Servers are compared while clients write; one byte that was changed behind the fleet's back is found, and its server
/// rebuilt without a person.
@Tag("long")
final class DifferentServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Options of the server with which its files can be opened by hand.
    private static final List<String> FILES =
            List.of(
                    "--no-defaults",
                    "--user",
                    "--datadir",
                    "--tmpdir",
                    "--lc-messages-dir",
                    "--innodb-data-file-path",
                    "--innodb-undo-tablespaces",
                    "--innodb-log-file-size",
                    "--innodb-buffer-pool-size");

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void isFoundAndRebuilt() {
        Ordeal.of(
                place,
                ordeal -> {
                    Fleet fleet = ordeal.fleet();
                    write(fleet, "/createdb?name=verified");
                    write(
                            fleet,
                            "/createtable?dbname=verified&table=t&schema=id%20INT%20PRIMARY%20KEY,%20v%20VARCHAR(9)");
                    assertThat(
                                    place.client()
                                            .insert(
                                                    fleet.http().getFirst(),
                                                    "verified",
                                                    "t",
                                                    Map.of("id", 1, "v", "abc")))
                            .isInstanceOf(Outcome.Acknowledged.class);
                    int leader = fleet.leader();
                    int victim = fleet.others(leader).getFirst();
                    String first = equalAt(fleet, victim);
                    assertThat(equalAt(fleet, leader)).isNotEqualTo(first);

                    changeOneByte(fleet, victim);
                    ordeal.awaitServing(victim);
                    JsonNode found = verify(fleet, victim);
                    ordeal.say(found.toString());
                    assertThat(found.path("equal").asBoolean()).isFalse();
                    assertThat(found.path("differing").path(Integer.toString(victim)).asText())
                            .isEqualTo("verified.t");

                    Patience.until(
                            PATIENCE,
                            () -> "node " + victim + " has another node's data",
                            () ->
                                    fleet.node(victim).lastLines(10_000).stream()
                                            .anyMatch(line ->
                                                    line.contains(
                                                            "goes on with another node's data")));
                    ordeal.awaitServing(victim);
                    equalAt(fleet, victim);
                });
    }

    private void write(Fleet fleet, String path) {
        assertThat(place.client().write(fleet.http().getFirst(), path))
                .isInstanceOf(Outcome.Acknowledged.class);
    }

    /// @return the position
    private String equalAt(Fleet fleet, int asked) {
        // a node that has just begun to serve may be behind
        Patience.until(
                PATIENCE,
                () -> "all nodes are compared",
                () -> verify(fleet, asked).path("nodes").size() == 3);
        JsonNode report = verify(fleet, asked);
        place.say(
                "compared at %s in %s ms"
                        .formatted(
                                report.path("position").asText(), report.path("took_ms").asText()));
        assertThat(report.path("nodes")).as(report.toString()).hasSize(3);
        assertThat(report.path("equal").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.path("unread")).as(report.toString()).isEmpty();
        return report.path("position").asText();
    }

    private JsonNode verify(Fleet fleet, int asked) {
        try {
            var answer = place.client().post(fleet.node(asked).http(), "/verify");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return answer.json();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The node is stopped in order, so that its server is believed when it returns.
    private static void changeOneByte(Fleet fleet, int node) {
        List<String> command = byHand(fleet.node(node).servers().getFirst());
        fleet.terminate(node);
        fleet.node(node).awaitEnd(PATIENCE);
        try {
            Process server =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (var in = server.getOutputStream()) {
                in.write(
                        "UPDATE verified.t SET v = 'abd' WHERE id = 1;\n"
                                .getBytes(StandardCharsets.UTF_8));
            }
            assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        fleet.restart(node);
    }

    private static List<String> byHand(long pid) {
        try {
            String[] words =
                    Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")).split("\0");
            List<String> command = new ArrayList<>(List.of(words[0]));
            for (String word : words) {
                if (FILES.contains(word.split("=", 2)[0])) {
                    command.add(word);
                }
            }
            command.add("--bootstrap");
            return command;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
