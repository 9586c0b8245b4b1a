package io.flotilla.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A client of the HTTP contract that keeps apart what happened, what did not, and what it cannot know. Thread-safe.
///
/// It never sends a request again by itself: the JDK's client does so only for a connection that was refused, or for a
/// GET, and no write here is a GET.
public final class FleetClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
    private final Duration patience;
    private final Optional<String> authorization;

    /// One that says nothing of who it is.
    ///
    /// @param patience how long a request may take before its outcome counts as unknown
    public FleetClient(Duration patience) {
        this(patience, Optional.empty());
    }

    /// @param authorization what its requests say of who they are from
    public FleetClient(Duration patience, Optional<String> authorization) {
        this.patience = patience;
        this.authorization = authorization;
    }

    /// An answer as it came.
    public record Answer(int status, String body, HttpResponse<String> response) {
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JacksonException e) {
                throw new IllegalStateException("not JSON: " + status + " " + body, e);
            }
        }
    }

    /// What a read gave.
    public sealed interface Read {
        record Rows(List<JsonNode> rows) implements Read {}

        record Failed(String why) implements Read {}
    }

    public Outcome insert(URI node, String database, String table, Map<String, ?> columns) {
        return write(
                node, "/insert", Map.of("dbname", database, "table", table, "records", columns));
    }

    public Outcome update(URI node, String database, String table, String set, String where) {
        return write(
                node,
                "/update",
                Map.of("dbname", database, "table", table, "set", set, "where", where));
    }

    /// Has a leader hand the lead over to another node; returns when it has.
    ///
    /// @throws IOException when it has not
    public void handOver(URI leader, int successor) throws IOException {
        Answer answer = post(leader, "/leader", Map.of("id", successor));
        if (answer.status() != 200) {
            throw new IOException("no handover: " + answer.body());
        }
    }

    /// Sends a write as a POST with a JSON body.
    public Outcome write(URI node, String path, Object body) {
        return write(() -> post(node, path, body));
    }

    /// Sends a write as a POST that says everything in its path.
    public Outcome write(URI node, String path) {
        return write(() -> post(node, path));
    }

    /// What became of a write, by the answer to it.
    public Outcome write(Exchange exchange) {
        try {
            return outcomeOf(exchange.send());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new Outcome.NotApplied("no connection: " + e);
        } catch (IOException e) {
            return new Outcome.Unknown(e.toString());
        }
    }

    /// Sends a request and waits for its answer.
    @FunctionalInterface
    public interface Exchange {
        Answer send() throws IOException;
    }

    /// Sends a write as a DELETE that says everything in its path.
    public Outcome delete(URI node, String path) {
        return write(() -> send(HttpRequest.newBuilder(URI.create(node + path)).DELETE()));
    }

    /// Reads rows; `more` are the parameters beside database and table.
    public Read select(URI node, String database, String table, Map<String, String> more) {
        try {
            String query = query(Map.of("dbname", database, "table", table)) + "&" + query(more);
            Answer answer = get(node, "/select?" + query);
            if (answer.status() != 200) {
                return new Read.Failed(answer.status() + " " + answer.body());
            }
            List<JsonNode> rows = new ArrayList<>();
            JSON.readTree(answer.body()).forEach(rows::add);
            return new Read.Rows(rows);
        } catch (IOException e) {
            return new Read.Failed(e.toString());
        }
    }

    /// Runs one statement that writes.
    public Outcome execute(URI node, String database, String sql) {
        String query = query(Map.of("db", database, "errors", "http"));
        return write(node, "/db/execute?" + query, List.of(sql));
    }

    /// The rows that a query gives at this very node, as its server is now; each as text. Empty when it does not answer.
    public Optional<List<String>> lines(URI node, String database, String sql) {
        Map<String, String> parameters =
                Map.of("db", database, "level", "none", "errors", "http", "q", sql);
        return look(node, "/db/query?" + query(parameters))
                .map(answer -> {
                    List<String> lines = new ArrayList<>();
                    answer.path("results")
                            .path(0)
                            .path("values")
                            .forEach(row -> lines.add(row.toString()));
                    return lines;
                });
    }

    public Answer get(URI node, String path) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(node + path)).GET());
    }

    public Answer post(URI node, String path) throws IOException {
        return send(
                HttpRequest.newBuilder(URI.create(node + path))
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    public Answer post(URI node, String path, Object body) throws IOException {
        return send(
                HttpRequest.newBuilder(URI.create(node + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    /// The JSON a node answers, if it answers 200 in time.
    public Optional<JsonNode> look(URI node, String path) {
        try {
            Answer answer = get(node, path);
            return answer.status() == 200
                    ? Optional.of(JSON.readTree(answer.body()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    @Override
    public void close() {
        // Not close(): that waits for requests under way, which may wait for a node that is frozen.
        http.shutdownNow();
    }

    public Answer send(HttpRequest.Builder request) throws IOException {
        return send(request, patience);
    }

    /// @param shorter than this client's own patience: then it hangs up
    public Answer send(HttpRequest.Builder request, Duration shorter) throws IOException {
        authorization.ifPresent(said -> request.setHeader("Authorization", said));
        try {
            HttpResponse<String> response =
                    http.send(
                            request.timeout(shorter).build(),
                            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), response.body(), response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Outcome outcomeOf(Answer answer) {
        if (answer.status() == 200) {
            return new Outcome.Acknowledged(
                    Long.parseLong(orElse(answer.header("Flotilla-Rows-Affected"), "-1")),
                    answer.header("Flotilla-Gtid"));
        }
        String why = answer.status() + " " + answer.body();
        try {
            String said = JSON.readTree(answer.body()).path("error").path("outcome").asText();
            return said.equals("not_applied")
                    ? new Outcome.NotApplied(why)
                    : new Outcome.Unknown(why);
        } catch (JacksonException e) {
            return new Outcome.Unknown(why);
        }
    }

    private static String orElse(String value, String fallback) {
        return value.isEmpty() ? fallback : value;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
