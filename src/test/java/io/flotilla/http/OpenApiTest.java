package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `/openapi.json` says, against what the handlers do.
final class OpenApiTest {
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.alone(config -> config);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static List<String> operations(JsonNode document) {
        List<String> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(operation ->
                                        operations.add(
                                                operation.getKey().toUpperCase(Locale.ROOT)
                                                        + " "
                                                        + path.getKey())));
        return operations;
    }

    @Test
    void namesRoutesThatExist() throws Exception {
        List<String> listed = operations(node.get("/openapi.json").json());

        assertThat(listed).hasSizeGreaterThan(20).contains("POST /db/execute", "GET /openapi.json");
        for (String operation : listed) {
            String[] parts = operation.split(" ", 2);
            String path = parts[1].replaceAll("\\{\\w+}", "x") + "?timeout=50ms";
            int status =
                    node.send(
                                    HttpRequest.newBuilder(node.url(path))
                                            .method(parts[0], HttpRequest.BodyPublishers.noBody()))
                            .status();
            assertThat(status).as(operation).isNotIn(404, 405, 501);
        }
    }

    @Test
    void describesNoRouteThatDoesNotExist() throws Exception {
        assertThat(operations(OpenApi.written()))
                .isSubsetOf(operations(node.get("/openapi.json").json()));
    }

    @Test
    void refersOnlyToWhatItDefines() {
        JsonNode document = OpenApi.written();
        for (JsonNode reference : document.findValues("$ref")) {
            assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    @Test
    void namesEachOfTheParametersThatAreUnderstood() throws Exception {
        JsonNode parameters = OpenApi.written().at("/components/parameters");
        for (JsonNode parameter : parameters) {
            if (parameter.path("in").asText().equals("query")
                    && !parameter.path("schema").has("enum")) {
                String name = parameter.path("name").asText();
                String message =
                        node.post("/db/request?" + name + "=x&timeout=50ms", "[\"SELECT 1\"]")
                                .body();
                assertThat(message).as(name).doesNotContain("unknown parameter");
            }
        }
    }
}
