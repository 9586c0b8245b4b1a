package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/// What a node's `/status` says of it, as far as a person asks.
///
/// @param leads whether it leads with open doors
/// @param why more about its role, in its own words
/// @param members every node of the fleet as it knows it: the URLs clients reach them at
record NodeView(
        int number,
        String role,
        boolean leads,
        long term,
        String applied,
        Duration lag,
        Optional<Instant> since,
        String why,
        List<URI> members) {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(1);
    private static final Duration READ_PATIENCE = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Asks a node; empty when it does not answer; throws when it is not believed. HttpURLConnection starts three times as fast as java.net.http.
    static Optional<NodeView> of(URI http) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) http.resolve("/status").toURL().openConnection();
            connection.setConnectTimeout((int) CONNECT_PATIENCE.toMillis());
            connection.setReadTimeout((int) READ_PATIENCE.toMillis());
            LoginOption.sayIn(connection);
            if (connection.getResponseCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
                throw LoginOption.refused();
            }
            try (InputStream body = connection.getInputStream()) {
                return Optional.of(parse(body.readAllBytes()));
            } finally {
                connection.disconnect();
            }
        } catch (SSLHandshakeException e) {
            throw CaOption.refused(http, e);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static NodeView parse(byte[] body) throws IOException {
        JsonNode json = JSON.readTree(body);
        if (!json.path("node").path("id").isInt()) {
            throw new IOException("this is not the status of a node");
        }
        List<URI> members = new ArrayList<>();
        for (JsonNode member : json.path("members")) {
            members.add(URI.create(member.path("http").asText()));
        }
        return new NodeView(
                json.path("node").path("id").asInt(),
                json.path("role").asText(),
                json.path("isMaster").asBoolean(),
                json.path("term").asLong(),
                json.path("applied").asText(),
                Duration.ofMillis(json.path("lag_ms").asLong()),
                instant(json.path("since").asText()),
                json.path("why").asText(),
                List.copyOf(members));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /// What a person must know beside the role; empty when all is in order.
    String trouble() {
        return leads || role.equals("following") ? "" : why;
    }

    /// Whether it has found its place, or has said that it will not.
    boolean settled() {
        return leads || role.equals("following") || role.equals("unproved");
    }
}
