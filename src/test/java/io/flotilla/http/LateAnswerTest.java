package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sql.LeadingServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Statements that hold up the thread of their request beyond its deadline: node 2 leads, node 1 carries to it.
final class LateAnswerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String LATE =
            "the server had not answered when the request's deadline was over";

    @TempDir static Path directory;

    private static CarryingPair pair;
    private static LeadingServer server;
    private static TestNode follower;
    private static TestNode leader;

    @BeforeAll
    static void start() throws Exception {
        pair =
                CarryingPair.start(
                        directory,
                        "CREATE DATABASE app",
                        "CREATE TABLE app.t (id INT PRIMARY KEY)");
        server = pair.server;
        follower = pair.follower;
        leader = pair.leader;
    }

    @AfterAll
    static void stop() throws Exception {
        pair.close();
    }

    @AfterEach
    void clean() throws Exception {
        server.release();
        eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());
        server.execute("DELETE FROM app.t");
    }

    private static TestNode.Reply insert(TestNode node, int id, String timeout) throws Exception {
        return node.post(
                "/db/execute?errors=http&timeout=" + timeout,
                "[\"INSERT INTO app.t VALUES (" + id + ")\"]");
    }

    private static CompletableFuture<TestNode.Reply> begun(Callable<TestNode.Reply> request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return request.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static String rows() throws Exception {
        return server.query("SELECT COUNT(*) FROM app.t");
    }

    private static String busyWriters() throws Exception {
        for (var pool : leader.get("/status").json().path("http").path("sessions")) {
            if (pool.path("name").asText().equals("writers")) {
                return pool.path("busy").asText();
            }
        }
        return "none";
    }

    private static void isToldAtItsDeadline(TestNode node, int id) throws Exception {
        server.hold();

        TestNode.Reply late = insert(node, id, "300ms");

        assertThat(late.failure()).isEqualTo("Unknown unknown 504");
        assertThat(late.message()).isEqualTo(LATE);
        assertThat(busyWriters()).isEqualTo("1");
        assertThat(server.reign().passes()).isEqualTo(1);
        server.release();
        eventually(PATIENCE, () -> assertThat(busyWriters()).isEqualTo("0"));
        // Given back just after the session.
        eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void whoWaitsForAMajorityIsToldAtTheDeadline() throws Exception {
        isToldAtItsDeadline(leader, 1);
    }

    @Test
    void soIsWhoAsksAFollower() throws Exception {
        isToldAtItsDeadline(follower, 1);
        // Over a pipe that works, or a new one.
        assertThat(insert(follower, 2, "10s").status()).isEqualTo(200);
    }

    @Test
    void itsConnectionIsNotUsedAgain() throws Exception {
        server.hold();

        TestNode.Reply late = insert(leader, 1, "300ms");

        assertThat(late.header("Connection")).isEqualTo("close");
        CompletableFuture<TestNode.Reply> next = begun(() -> insert(leader, 2, "30s"));
        eventually(PATIENCE, () -> assertThat(busyWriters()).isEqualTo("2"));
        server.release();
        assertThat(next.join().status()).isEqualTo(200);
        assertThat(rows()).isEqualTo("2");
    }

    @Test
    void whoIsAnsweredInTimeIsAnsweredOnce() throws Exception {
        for (int id = 0; id < 20; id++) {
            // The deadline falls into the answer now and then, or the server itself ends the
            // statement at it (400).
            TestNode.Reply reply = insert(leader, id, "1ms");
            assertThat(reply.status()).isIn(200, 400, 429, 503, 504);
        }
        assertThat(insert(leader, 100, "10s").status()).isEqualTo(200);
    }

    private static void readIsToldAtItsDeadline(TestNode node) throws Exception {
        TestNode.Reply late =
                node.get("/db/query?timeout=300ms&q=" + TestNode.encode("SELECT SLEEP(25)"));

        assertThat(late.failure()).isEqualTo("Rejected not_applied 503");
        assertThat(late.message()).isEqualTo("the query had no row within the request's deadline");
        eventually(PATIENCE, () -> assertThat(server.running("SLEEP(25)")).isEqualTo("0"));
    }

    @Test
    void aQueryWithoutARowIsEndedAtTheDeadline() throws Exception {
        readIsToldAtItsDeadline(leader);
        readIsToldAtItsDeadline(follower);
    }

    private static void writeIsEndedAtItsDeadline(TestNode node, String request) throws Exception {
        server.execute("INSERT INTO app.t VALUES (1), (2)");

        TestNode.Reply late = node.post("/db/execute?errors=http&timeout=600ms", request);

        assertThat(late.failure()).isEqualTo("Rejected not_applied 400");
        assertThat(late.json().path("error").path("errno").asInt()).isEqualTo(1969);
        assertThat(late.message()).contains("deadline was over");
        assertThat(server.running("SLEEP(25)")).isEqualTo("0");
        assertThat(server.query("SELECT SUM(id) FROM app.t")).isEqualTo("3");
        assertThat(insert(node, 7, "10s").status()).isEqualTo(200);
        server.execute("DELETE FROM app.t");
    }

    @Test
    void aWriteThatGoesOnIsEndedAtTheDeadline() throws Exception {
        String update = "[\"UPDATE app.t SET id = id + 10 + SLEEP(25)\"]";
        writeIsEndedAtItsDeadline(leader, update);
        writeIsEndedAtItsDeadline(follower, update);
    }

    /// A transaction that is undone when this is closed.
    private static Connection lockingAll() throws SQLException {
        Connection locking = server.server().http().getConnection();
        try (Statement statement = locking.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE app.t SET id = 5");
        }
        return locking;
    }

    @Test
    void soIsOneThatWaitsForALock() throws Exception {
        server.execute("INSERT INTO app.t VALUES (1)");
        try (Connection _ = lockingAll()) {
            TestNode.Reply late =
                    leader.post(
                            "/db/execute?errors=http&timeout=600ms",
                            "[\"UPDATE app.t SET id = 6\"]");

            assertThat(late.json().path("error").path("errno").asInt()).isEqualTo(1969);
        }
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void aTransactionOfOneRequestIsUndone() throws Exception {
        server.execute("INSERT INTO app.t VALUES (1)");

        TestNode.Reply late =
                leader.post(
                        "/db/execute?errors=http&transaction&timeout=600ms",
                        """
                        ["INSERT INTO app.t VALUES (9)", "UPDATE app.t SET id = id + 10 + SLEEP(25)"]\
                        """);

        assertThat(late.failure()).isEqualTo("Rejected not_applied 400");
        assertThat(server.query("SELECT SUM(id) FROM app.t")).isEqualTo("1");
    }

    /// Half of what a procedure does is worse than all of it, later.
    @Test
    void aProcedureIsNot() throws Exception {
        server.execute(
                "CREATE PROCEDURE app.slow() BEGIN INSERT INTO app.t VALUES (1); DO SLEEP(2);"
                        + " INSERT INTO app.t VALUES (2); END");

        TestNode.Reply late =
                leader.post("/db/execute?errors=http&timeout=300ms", "[\"CALL app.slow()\"]");

        assertThat(late.failure()).isEqualTo("Unknown unknown 504");
        eventually(PATIENCE, () -> assertThat(rows()).isEqualTo("2"));
    }

    /// The limit is its session's: the server is sent the client's statement and no more.
    @Test
    void whoSaysNothingOfTimeIsToldOfALockBeforeTheUsualDeadline() throws Exception {
        server.execute("INSERT INTO app.t VALUES (1)");
        try (Connection _ = lockingAll()) {
            CompletableFuture<TestNode.Reply> waiting =
                    begun(() ->
                            leader.post(
                                    "/db/execute?errors=http", "[\"UPDATE app.t SET id = 6\"]"));

            eventually(
                    PATIENCE,
                    () ->
                            assertThat(
                                            server.query(
                                                    "SELECT COUNT(*) FROM"
                                                            + " information_schema.processlist"
                                                            + " WHERE info = 'UPDATE app.t SET id = 6'"))
                                    .isEqualTo("1"));
            assertThat(waiting.join().failure()).isEqualTo("Conflict not_applied 409");
        }
    }
}
