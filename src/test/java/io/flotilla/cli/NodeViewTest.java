package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeViewTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final URI ONE = URI.create("http://localhost:8001");
    private static final URI TWO = URI.create("http://localhost:8002");

    private static final String STATUS =
            """
            {"node":{"id":2,"version":"0.1"},"role":"leading","since":"2026-11-25T09:59:30Z","why":"","term":7,
             "leader":2,"isMaster":true,"serving":true,"committed":"0-7-42","applied":"0-7-41","lag_ms":1500,
             "members":[{"id":1,"http":"http://localhost:8001"},{"id":2,"http":"http://localhost:8002"}]}
            """;

    private static NodeView view(String json) throws IOException {
        return NodeView.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> table(Optional<NodeView> view) {
        Map<URI, Optional<NodeView>> nodes = new LinkedHashMap<>();
        nodes.put(ONE, Optional.empty());
        nodes.put(TWO, view);
        return new StatusTable(nodes, NOW, false).lines();
    }

    @Test
    void isReadFromTheStatusOfANode() throws IOException {
        NodeView view = view(STATUS);

        assertThat(view.number()).isEqualTo(2);
        assertThat(view.leads()).isTrue();
        assertThat(view.settled()).isTrue();
        assertThat(view.applied()).isEqualTo("0-7-41");
        assertThat(view.lag()).isEqualTo(Duration.ofMillis(1500));
        assertThat(view.members()).containsExactly(ONE, TWO);
    }

    @Test
    void isNotReadFromAnotherServersAnswer() {
        assertThatThrownBy(() -> view("{\"status\":\"ok\"}")).isInstanceOf(IOException.class);
    }

    @Test
    void isALineOfTheTable() throws IOException {
        assertThat(table(Optional.of(view(STATUS))))
                .containsExactly(
                        "NODE  ROLE        TERM  HTTP                     POSITION                LAG  SINCE",
                        "?     no answer         http://localhost:8001",
                        "2     leading        7  http://localhost:8002    0-7-41              1500 ms  30 s");
    }

    @Test
    void saysWhatIsWrongAndThatNobodyLeads() throws IOException {
        String stays =
                STATUS.replace("leading", "unproved")
                        .replace("\"isMaster\":true", "\"isMaster\":false")
                        .replace("\"why\":\"\"", "\"why\":\"a mark is open\"");

        assertThat(table(Optional.of(view(stays))))
                .contains("      a mark is open", "No node leads: nothing can be written.");
    }

    @Test
    void tellsTimesAPersonReads() {
        assertThat(StatusTable.words(Duration.ofMillis(1500))).isEqualTo("1500 ms");
        assertThat(StatusTable.words(Duration.ofSeconds(90))).isEqualTo("90 s");
        assertThat(StatusTable.words(Duration.ofMinutes(90))).isEqualTo("90 min");
        assertThat(StatusTable.words(Duration.ofHours(30))).isEqualTo("30 h");
        assertThat(StatusTable.words(Duration.ofDays(3))).isEqualTo("3 d");
    }
}
