package io.flotilla.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;

/// Sends statements to the first node that takes a connection. Nothing is ever sent twice.
final class SqlClient {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(2);

    /// A person waits longer than a program.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final List<URI> nodes;
    private int current;

    SqlClient(List<URI> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /// @param leader the number of the node that leads, in the words of the node that answered; empty if none
    record Answer(int status, JsonNode json, Optional<String> leader) {
        boolean good() {
            return status == 200;
        }
    }

    /// The node it talks to.
    URI node() {
        return nodes.get(current);
    }

    List<URI> nodes() {
        return nodes;
    }

    /// Runs one statement.
    Answer run(String sql, Map<String, String> parameters) {
        return post("/db/request", parameters, List.of(sql));
    }

    /// @param body written as JSON; empty for none
    Answer post(String path, Map<String, String> parameters, List<String> body) {
        return call(
                "POST",
                path,
                parameters,
                body.isEmpty() ? new byte[0] : json(body),
                Optional.empty());
    }

    /// @param key under which it is done once, if any
    Answer keyed(
            String path, Map<String, String> parameters, List<String> body, Optional<String> key) {
        return call("POST", path, parameters, json(body), key);
    }

    /// Talks to the next node from now on.
    void another() {
        current = (current + 1) % nodes.size();
    }

    /// @param body written as JSON; empty for none
    Answer call(
            String method, String path, Map<String, String> parameters, Map<String, Object> body) {
        return call(
                method,
                path,
                parameters,
                body.isEmpty() ? new byte[0] : json(body),
                Optional.empty());
    }

    private static byte[] json(Object body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no JSON can be made of it", e);
        }
    }

    private Answer call(
            String method,
            String path,
            Map<String, String> parameters,
            byte[] body,
            Optional<String> key) {
        return reached(
                node -> answer(connect(method, node.resolve(path + query(parameters)), body, key)));
    }

    /// The results of queries, while they come.
    ///
    /// @throws FlotillaException if they are refused
    ResultStream stream(String path, Map<String, String> parameters, List<String> queries) {
        return reached(node -> {
            HttpURLConnection connection =
                    connect(
                            "POST",
                            node.resolve(path + query(parameters)),
                            json(queries),
                            Optional.empty());
            if (connection.getResponseCode() >= 400) {
                throw new FlotillaException(
                        Failure.REJECTED, answer(connection).json().at("/error/message").asText());
            }
            return new ResultStream(JSON.getFactory().createParser(connection.getInputStream()));
        });
    }

    private static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&", "?timeout=4m&", ""));
    }

    @FunctionalInterface
    private interface Exchange<T> {
        T with(URI node) throws IOException;
    }

    private <T> T reached(Exchange<T> exchange) {
        for (int tried = 0; tried < nodes.size(); tried++) {
            try {
                return exchange.with(node());
            } catch (ConnectException e) {
                another();
            } catch (SSLHandshakeException e) {
                throw CaOption.refused(node(), e);
            } catch (HttpRetryException e) {
                // Java does not show the answer to a request that it could not repeat.
                if (e.responseCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
                    throw LoginOption.refused();
                }
                throw new FlotillaException(
                        Failure.UNKNOWN, "the answer of " + node() + " is hidden: " + e, e);
            } catch (IOException e) {
                throw new FlotillaException(
                        Failure.UNKNOWN,
                        "the answer of " + node() + " was lost: " + e.getMessage(),
                        e);
            }
        }
        throw new FlotillaException(Failure.UNAVAILABLE, "no node takes a connection: " + nodes);
    }

    private static HttpURLConnection connect(
            String method, URI url, byte[] body, Optional<String> key) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setConnectTimeout((int) CONNECT_PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setRequestMethod(method);
        LoginOption.sayIn(connection);
        key.ifPresent(given -> connection.setRequestProperty("Idempotency-Key", given));
        if (method.equals("POST")) {
            connection.setDoOutput(true);
            // Else it is sent again by itself when the answer is lost (sun.net.http.retryPost).
            connection.setFixedLengthStreamingMode(body.length);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        return connection;
    }

    private static Answer answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(
                    status,
                    JSON.readTree(in),
                    Optional.ofNullable(connection.getHeaderField("Flotilla-Leader"))
                            .filter(leader -> !leader.equals("none")));
        } catch (JacksonException e) {
            throw new IOException("it is not JSON", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
