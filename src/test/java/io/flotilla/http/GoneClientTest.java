package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sql.LeadingServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that close their connection while the server works for them: node 2 leads, node 1 carries to it.
final class GoneClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Long before the statements end by themselves.
    private static final Duration SOON = Duration.ofSeconds(3);

    private static final String UPDATE = "[\"UPDATE app.t SET v = SLEEP(25)\"]";

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
                        "CREATE TABLE app.t (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO app.t VALUES (1, 7)");
        server = pair.server;
        follower = pair.follower;
        leader = pair.leader;
    }

    @AfterAll
    static void stop() throws Exception {
        pair.close();
    }

    private static String running() throws Exception {
        return server.running("SLEEP(25)");
    }

    private static String get(String sql) {
        return "GET /db/query?timeout=60s&q="
                + TestNode.encode(sql)
                + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String post(String path, String body) {
        return "POST "
                + path
                + " HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static Socket ask(TestNode node, String request) throws IOException {
        Socket socket = new Socket("localhost", node.door.port());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void endsWhenTheClientGoes(TestNode node, String request) throws Exception {
        try (Socket _ = ask(node, request)) {
            eventually(PATIENCE, () -> assertThat(running()).isEqualTo("1"));
        }
        eventually(SOON, () -> assertThat(running()).isEqualTo("0"));
        assertThat(server.query("SELECT v FROM app.t")).isEqualTo("7");
    }

    @Test
    void itsQueryEnds() throws Exception {
        endsWhenTheClientGoes(leader, get("SELECT SLEEP(25)"));
    }

    @Test
    void itsQueryEndsAfterTheFirstRow() throws Exception {
        endsWhenTheClientGoes(
                leader, get("SELECT 1 AS a UNION ALL SELECT SLEEP(25) FROM app.t WHERE id > 0"));
    }

    @Test
    void itsWriteEnds() throws Exception {
        endsWhenTheClientGoes(leader, post("/db/execute?timeout=60s", UPDATE));
        endsWhenTheClientGoes(
                leader,
                post(
                        "/update?timeout=60s",
                        "{\"dbname\":\"app\",\"table\":\"t\",\"set\":\"v ="
                                + " SLEEP(25)\",\"where\":\"id = 1\"}"));
        eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());
    }

    @Test
    void whatItAskedAtAFollowerEndsAtTheLeader() throws Exception {
        endsWhenTheClientGoes(follower, get("SELECT SLEEP(25)"));
        endsWhenTheClientGoes(follower, post("/db/execute?timeout=60s", UPDATE));
    }

    @Test
    void nothingMoreOfItsBatchIsRun() throws Exception {
        endsWhenTheClientGoes(
                leader,
                post(
                        "/db/execute?timeout=60s",
                        "[\"UPDATE app.t SET v = SLEEP(25)\",\"UPDATE app.t SET v = 8\"]"));
    }

    @Test
    void itsOpenTransactionEnds() throws Exception {
        String token = leader.post("/tx", "").json().path("tx").asText();

        endsWhenTheClientGoes(leader, post("/db/execute?timeout=60s&tx=" + token, UPDATE));

        eventually(
                PATIENCE,
                () ->
                        assertThat(leader.post("/tx/" + token + "/commit", "").failure())
                                .isEqualTo("TxLost not_applied 410"));
    }

    private static int kills() throws Exception {
        return Integer.parseInt(
                server.query(
                        "SELECT VARIABLE_VALUE FROM information_schema.global_status"
                                + " WHERE VARIABLE_NAME = 'COM_KILL'"));
    }

    @Test
    void aCommitGoesOnWithoutIt() throws Exception {
        int before = kills();
        server.hold();
        try (Socket _ = ask(leader, post("/db/execute", "[\"INSERT INTO app.t VALUES (2, 2)\"]"))) {
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(
                                            server.query(
                                                    "SELECT COUNT(*) FROM"
                                                            + " information_schema.processlist WHERE"
                                                            + " state LIKE 'Waiting for semi-sync%'"))
                                    .isEqualTo("1"));
        }
        eventually(PATIENCE, () -> assertThat(kills()).isGreaterThan(before));
        server.release();

        eventually(
                PATIENCE,
                () -> assertThat(server.query("SELECT v FROM app.t WHERE id = 2")).isEqualTo("2"));
        server.execute("DELETE FROM app.t WHERE id = 2");
    }

    @Test
    void whatAClientSendsAheadIsAnsweredInItsTurn() throws Exception {
        String three = get("SELECT SLEEP(1.2), 'first'");
        try (Socket socket = ask(leader, three)) {
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(
                                            server.query(
                                                    "SELECT COUNT(*) FROM"
                                                            + " information_schema.processlist WHERE"
                                                            + " info LIKE '%SLEEP(1.2)%' AND user ="
                                                            + " 'flotilla_http'"))
                                    .isEqualTo("1"));
            socket.getOutputStream()
                    .write(get("SELECT 'second'").getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (answer.indexOf("second\"") < 0 || answer.indexOf("\"second\"]") < 0) {
                int read = socket.getInputStream().read(buffer);
                assertThat(read).isPositive();
                answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            }
            assertThat(answer.indexOf("first")).isBetween(0, answer.indexOf("second"));
        }
    }
}
