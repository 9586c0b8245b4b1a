package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Eventually;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetClient.Answer;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The lead is handed over while MySQL clients are in transactions: who goes on comes to an end, who says nothing is cut.
@Tag("system")
final class HandedOverTransactionsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /// A transaction goes on for so long when its node is told to hand over; it is waited for 2 s.
    private static final long GOES_ON_NANOS = Duration.ofMillis(600).toNanos();

    /// A client that asks nothing for 300 ms within a transaction may be cut (`replication/Conversations`); this is less.
    private static final long SLOW_NANOS = Duration.ofMillis(200).toNanos();

    private static final int ROUNDS = 4;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    /// Steps of each round.
    private final Map<Integer, Integer> committed = new HashMap<>();

    /// The same of those of which the client does not know.
    private final Map<Integer, Integer> cut = new HashMap<>();

    @Test
    void comeToTheirEndWhenTheirClientsGoOn() throws Exception {
        Fleet fleet = place.with("sql.admin.user", "admin").start(3);
        fleet.awaitLevel(SOON);
        try (FleetClient http = new FleetClient(SOON)) {
            awaitAdministrator(fleet);
            try (Connection client = connect(fleet, fleet.leader());
                    Statement statement = client.createStatement()) {
                statement.execute("CREATE DATABASE shop");
                statement.execute("CREATE TABLE shop.steps (round INT, step INT)");
            }
            for (int round = 0; round < ROUNDS; round++) {
                round(fleet, http, round);
            }
        }
        fleet.awaitLevel(SOON);
        for (int node = 1; node <= fleet.size(); node++) {
            Map<Integer, Integer> stored = steps(fleet, node);
            assertThat(stored).as("node %d", node).containsAllEntriesOf(committed);
            stored.keySet().removeAll(committed.keySet());
            assertThat(cut)
                    .as("node %d: all of a transaction or nothing", node)
                    .containsAllEntriesOf(stored);
        }
        place.say(committed.size() + " of " + ROUNDS + " transactions went through a handover");
    }

    /// How many steps of each round are there, each once.
    private static Map<Integer, Integer> steps(Fleet fleet, int node) throws SQLException {
        Map<Integer, Integer> steps = new HashMap<>();
        try (Connection client = connect(fleet, node);
                Statement statement = client.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT round, COUNT(*), COUNT(DISTINCT step) FROM shop.steps GROUP BY round")) {
            while (rows.next()) {
                assertThat(rows.getInt(2)).as("each step once").isEqualTo(rows.getInt(3));
                steps.put(rows.getInt(1), rows.getInt(2));
            }
        }
        return steps;
    }

    private static Connection connect(Fleet fleet, int node) throws SQLException {
        int port = fleet.rawStatus(node).orElseThrow().path("mysql").path("port").asInt();
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:%d/?sslMode=disable&connectTimeout=15000".formatted(port),
                "admin",
                "");
    }

    /// The leader makes it once it leads, and unlocks it last.
    private static void awaitAdministrator(Fleet fleet) throws Exception {
        Eventually.eventually(SOON, () -> connect(fleet, fleet.leader()).close());
    }

    private void round(Fleet fleet, FleetClient http, int round) throws Exception {
        int leader = fleet.leader();
        int next = fleet.others(leader).get(round % 2);
        int through = round % 2 == 0 ? leader : next;
        URI asked = fleet.node(next).http();
        try (Connection silent = connect(fleet, through);
                Connection busy = connect(fleet, through);
                Statement idle = silent.createStatement();
                Statement statement = busy.createStatement()) {
            idle.execute("START TRANSACTION");
            idle.execute("INSERT INTO shop.steps VALUES (-1, 0)");
            statement.execute("START TRANSACTION");
            CompletableFuture<Answer> handover =
                    CompletableFuture.supplyAsync(() -> handOver(http, asked, next));
            goOn(statement, round);
            Answer answer = handover.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            Patience.until(SOON, () -> "node " + next + " leads", () -> fleet.leader() == next);
        }
    }

    private static Answer handOver(FleetClient http, URI asked, int next) {
        try {
            return http.post(asked, "/leader", Map.of("id", next));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Fails unless it is committed, or was slow itself.
    private void goOn(Statement statement, int round) throws SQLException {
        long began = System.nanoTime();
        long answered = began;
        long slowest = 0;
        int step = 0;
        try {
            for (; System.nanoTime() - began < GOES_ON_NANOS; step++) {
                statement.execute("INSERT INTO shop.steps VALUES (%d, %d)".formatted(round, step));
                long now = System.nanoTime();
                slowest = Math.max(slowest, now - answered);
                answered = now;
            }
            statement.execute("COMMIT");
            committed.put(round, step);
        } catch (SQLException e) {
            slowest = Math.max(slowest, System.nanoTime() - answered);
            place.say("round " + round + " was cut, slowest step " + slowest / 1_000_000 + " ms");
            if (slowest < SLOW_NANOS) {
                throw e;
            }
            cut.put(round, step);
        }
    }
}
