package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Three HTTP servers over one set of rows, just enough of the contract for a [Load]; truthful, or with one [Lie].
final class PretendedFleet implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TERM = Pattern.compile("(\\w+) ([=<>]) (\\d+)");

    /// Every so often a write is treated so.
    private static final int EVERY = 20;

    private final Map<String, List<Map<String, Object>>> tables = new LinkedHashMap<>();
    private final Lie lie;
    private final AtomicInteger writes = new AtomicInteger();
    private final List<HttpServer> servers = new ArrayList<>();
    private List<Map<String, Object>> old = List.of();

    enum Lie {
        NONE,
        /// Acknowledges an insert without doing it.
        LOSE,
        /// Does an insert twice.
        DOUBLE,
        /// Says "not applied" of an insert that it does.
        DENY,
        /// Acknowledges an update without doing it.
        LOSE_UPDATE,
        /// Does an update twice.
        DOUBLE_UPDATE,
        /// Node 2 reads registers as they were some writes ago.
        STALE
    }

    PretendedFleet(Lie lie) {
        this.lie = lie;
        for (int node = 1; node <= 3; node++) {
            servers.add(server(node));
        }
    }

    List<URI> http() {
        return servers.stream()
                .map(server -> URI.create("http://localhost:" + server.getAddress().getPort()))
                .toList();
    }

    Fleet fleet(Path directory) {
        return Fleet.of(
                directory,
                IntStream.of(1, 2, 3)
                        .mapToObj(node ->
                                new NodeProcess(
                                        node,
                                        http().get(node - 1),
                                        1,
                                        directory.resolve("node-" + node),
                                        List.of("true"),
                                        directory.resolve("node-" + node + ".log")))
                        .toList());
    }

    private HttpServer server(int node) {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> answer(exchange, node));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, int node) throws IOException {
        byte[] sent = exchange.getRequestBody().readAllBytes();
        Reply reply;
        synchronized (this) {
            reply =
                    switch (exchange.getRequestURI().getPath()) {
                        case "/insert" -> insert(JSON.readTree(sent));
                        case "/update" -> update(JSON.readTree(sent));
                        case "/select" -> select(exchange.getRequestURI().getRawQuery(), node);
                        case "/status" -> status(node);
                        default -> new Reply(200, "{}", 0);
                    };
        }
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Flotilla-Rows-Affected", Integer.toString(reply.rows()));
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private record Reply(int status, String body, int rows) {}

    private Reply insert(JsonNode body) {
        Map<String, Object> row = new LinkedHashMap<>();
        body.path("records")
                .properties()
                .forEach(column ->
                        row.put(
                                column.getKey(),
                                column.getValue().isNumber()
                                        ? (Object) column.getValue().asLong()
                                        : column.getValue().asText()));
        int times = times(Lie.LOSE, Lie.DOUBLE);
        for (int i = 0; i < times; i++) {
            table(body.path("table").asText()).add(row);
        }
        boolean denied = lie == Lie.DENY && writes.get() % EVERY == 0;
        return denied
                ? new Reply(503, "{\"error\":{\"outcome\":\"not_applied\"}}", 0)
                : new Reply(200, "{}", 1);
    }

    private int times(Lie lost, Lie doubled) {
        boolean now = writes.incrementAndGet() % EVERY == 0;
        return now && lie == lost ? 0 : now && lie == doubled ? 2 : 1;
    }

    private Reply update(JsonNode body) {
        String column = body.path("set").asText().substring(0, 1);
        List<Map<String, Object>> rows = table(body.path("table").asText());
        if (writes.get() % EVERY == 0) {
            old = rows.stream().map(row -> (Map<String, Object>) new LinkedHashMap<>(row)).toList();
        }
        int times = times(Lie.LOSE_UPDATE, Lie.DOUBLE_UPDATE);
        List<Map<String, Object>> hit =
                rows.stream().filter(row -> matches(row, body.path("where").asText())).toList();
        hit.forEach(row -> row.merge(column, (long) times, (a, b) -> (long) a + (long) b));
        return new Reply(200, "{}", hit.size());
    }

    private Reply select(String query, int node) throws IOException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.put(
                    pair.substring(0, equals),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        String table = parameters.getOrDefault("table", "");
        boolean stale =
                lie == Lie.STALE
                        && node == 2
                        && table.equals(Load.REGISTERS)
                        && !parameters.containsKey("level");
        List<Map<String, Object>> rows = stale ? old : table(table);
        String where = parameters.getOrDefault("where", "");
        return new Reply(
                200,
                JSON.writeValueAsString(rows.stream().filter(row -> matches(row, where)).toList()),
                0);
    }

    private static Reply status(int node) {
        return new Reply(
                200,
                "{\"role\":\"%s\",\"serving\":true,\"committed\":\"0-1-1\",\"applied\":\"0-1-1\"}"
                        .formatted(node == 1 ? "leading" : "following"),
                0);
    }

    private List<Map<String, Object>> table(String name) {
        return tables.computeIfAbsent(name, _ -> new ArrayList<>());
    }

    private static boolean matches(Map<String, Object> row, String where) {
        Matcher term = TERM.matcher(where);
        while (term.find()) {
            long value = (long) row.getOrDefault(term.group(1), Long.MIN_VALUE);
            int order = Long.compare(value, Long.parseLong(term.group(3)));
            boolean holds =
                    switch (term.group(2)) {
                        case "=" -> order == 0;
                        case "<" -> order < 0;
                        default -> order > 0;
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
    }
}
