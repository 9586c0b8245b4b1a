package io.flotilla.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetClient.Answer;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// All doors of a fleet, by node, counted from 1: HTTP, MySQL to write, MySQL to read. Thread-safe.
final class Doors {
    /// The database of all workloads.
    static final String DATABASE = "campaign";

    private static final String USER = "campaigner";
    private static final String PASSWORD = "of no consequence";
    private static final Duration PREPARATION = Duration.ofSeconds(60);
    private static final Duration IN_THE_END = Duration.ofSeconds(60);

    /// Longer than a new connection waits for a leader (`sql.wait`).
    private static final int CONNECT_MILLIS = 15_000;

    /// Longer than any statement here waits for a lock, or a commit for its majority, in a fleet that goes on.
    private static final int ANSWER_MILLIS = 20_000;

    private final List<Door> doors;
    private final FleetClient client;

    private record Door(URI http, int readWrite, int readOnly) {}

    private Doors(List<Door> doors, FleetClient client) {
        this.doors = List.copyOf(doors);
        this.client = client;
    }

    /// Asks each node for its doors, and makes the account and the database.
    static Doors of(Fleet fleet, FleetClient client) {
        List<Door> doors = new ArrayList<>();
        for (int number : fleet.numbers().toArray()) {
            JsonNode mysql =
                    Patience.untilPresent(
                                    PREPARATION,
                                    () -> "the doors of node " + number,
                                    () -> fleet.rawStatus(number))
                            .path("mysql");
            doors.add(
                    new Door(
                            fleet.node(number).http(),
                            mysql.path("port").asInt(),
                            mysql.path("read_only_port").asInt()));
        }
        Doors made = new Doors(doors, client);
        made.makeAccount();
        String database = "/createdb?name=" + DATABASE;
        untilDone(database, () -> client.write(made.http(1), database));
        return made;
    }

    private void makeAccount() {
        Map<String, Object> account =
                Map.of("user", USER, "password", PASSWORD, "administrator", true);
        untilDone(
                "the account of the workloads", () -> client.write(http(1), "/accounts", account));
    }

    /// Runs a statement that may be repeated until it is acknowledged; before anything is hurt.
    void untilDone(String sql) {
        untilDone(sql, () -> client.execute(http(1), DATABASE, sql));
    }

    private static void untilDone(String what, Supplier<Outcome> attempt) {
        AtomicReference<String> last = new AtomicReference<>("nothing yet");
        Patience.until(
                PREPARATION,
                () -> what + ": " + last.get(),
                () -> {
                    Outcome outcome = attempt.get();
                    last.set(outcome.toString());
                    return outcome.acknowledged();
                });
    }

    /// Runs statements that write at a node, all or none.
    Outcome execute(int node, List<?> statements) {
        return client.write(
                http(node), path("/db/execute", Map.of("transaction", "true")), statements);
    }

    /// The rows of a query, each cell as text.
    ///
    /// @param how the level and what else belongs to it
    Optional<List<List<String>>> query(int node, Map<String, String> how, String sql) {
        try {
            Answer answer = client.post(http(node), path("/db/query", how), List.of(sql));
            return answer.status() == 200 ? Optional.of(rows(answer.json())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// The rows that a node has in the end. Its server may be on its way from one role to another.
    ///
    /// @throws Patience.OverdueException when it does not say
    List<List<String>> rowsAt(int node, String sql) {
        return Patience.untilPresent(
                IN_THE_END,
                () -> "an answer of node " + node + " to " + sql,
                () -> query(node, Map.of("level", "none"), sql));
    }

    /// The first result's rows.
    static List<List<String>> rows(JsonNode answer) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer.path("results").path(0).path("values")) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.asText()));
            rows.add(cells);
        }
        return rows;
    }

    static String path(String route, Map<String, String> more) {
        Map<String, String> parameters = new TreeMap<>(more);
        if (!parameters.containsKey("tx")) {
            parameters.put("db", DATABASE);
        }
        parameters.put("errors", "http");
        return route + "?" + FleetClient.query(parameters);
    }

    int size() {
        return doors.size();
    }

    int any(RandomGenerator random) {
        return random.nextInt(doors.size()) + 1;
    }

    URI http(int node) {
        return doors.get(node - 1).http();
    }

    List<URI> allHttp() {
        return doors.stream().map(Door::http).toList();
    }

    FleetClient client() {
        return client;
    }

    /// Opens a connection to the leader, by way of any node.
    Connection readWrite(int node) throws SQLException {
        return connect(node, doors.get(node - 1).readWrite());
    }

    /// Opens a connection to a server that only reads.
    Connection readOnly(int node) throws SQLException {
        return connect(node, doors.get(node - 1).readOnly());
    }

    private Connection connect(int node, int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://%s:%d/%s?sslMode=disable&connectTimeout=%d&socketTimeout=%d"
                        .formatted(
                                http(node).getHost(),
                                port,
                                DATABASE,
                                CONNECT_MILLIS,
                                ANSWER_MILLIS),
                USER,
                PASSWORD);
    }
}
