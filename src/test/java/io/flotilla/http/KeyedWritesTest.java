package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.KeyLimits;
import io.flotilla.sql.LeadingServer;
import io.flotilla.sql.SqlConfig;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Writes under an `Idempotency-Key`, on one real server.
final class KeyedWritesTest {
    private static final AtomicInteger KEYS = new AtomicInteger();

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    private String key = "";

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(KeyedWritesTest::fewKeys);
        node.replica.leads(server.reign()).serves(server.server().http());
        assertThat(node.post("/db/execute", "[\"CREATE OR REPLACE DATABASE app\"]").status())
                .isEqualTo(200);
    }

    private static HttpConfig fewKeys(HttpConfig usual) {
        SqlConfig sql = usual.sql();
        return new HttpConfig(
                usual.listen(),
                usual.hosts(),
                usual.getWrites(),
                usual.authentication(),
                usual.version(),
                usual.limits(),
                new SqlConfig(
                        sql.maxWriters(),
                        sql.maxReaders(),
                        sql.maxIdle(),
                        sql.trustIdle(),
                        sql.maxStream(),
                        sql.answerGrace(),
                        sql.fetchRows(),
                        sql.maxBufferedRows(),
                        new KeyLimits(1_000, 20, 5, 10_000),
                        sql.transactions(),
                        sql.logins()),
                usual.tls());
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        key = "key-" + KEYS.incrementAndGet();
        server.newReign();
        node.replica.leads(server.reign());
        assertThat(
                        node.post(
                                        "/db/execute?db=app",
                                        "[\"CREATE OR REPLACE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(9000) UNIQUE)\"]")
                                .status())
                .isEqualTo(200);
    }

    private Reply keyed(String path, String body) throws Exception {
        return node.send(
                HttpRequest.newBuilder(node.url(path))
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String rows() throws Exception {
        return server.query("SELECT COALESCE(GROUP_CONCAT(id, v ORDER BY id), '') FROM app.t");
    }

    private static void sameAnswer(Reply first, Reply second) {
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"INSERT INTO t (v) VALUES ('a')\"]",
                "[[\"INSERT INTO t (v) VALUES (?)\", \"a\"]]",
                "[\"INSERT INTO t (v) VALUES ('a') RETURNING id, v, 1.5, NULL, x'00', 1e3\"]",
                "[\"SET @x = 'a', sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'\", \"INSERT INTO t (v) VALUES (@x)\"]",
            })
    void areDoneOnceAndAnsweredAlike(String body) throws Exception {
        for (String path : new String[] {"/db/execute?db=app", "/db/request?db=app&transaction"}) {
            server.execute("TRUNCATE app.t");
            Reply first = keyed(path, body);
            sameAnswer(first, keyed(path, body));
            assertThat(rows()).isEqualTo("1a");
            assertThat(first.header("Flotilla-Gtid")).matches("0-7-\\d+");
        }
    }

    @Test
    void ofTheCompatibleEndpointsAsWell() throws Exception {
        String body =
                "{\"dbname\":\"app\",\"table\":\"t\",\"records\":[{\"v\":\"a\"},{\"v\":\"b\"}]}";
        Reply first = keyed("/insert", body);
        Reply second = keyed("/insert", body);

        sameAnswer(first, second);
        assertThat(second.header("Flotilla-Last-Insert-Id")).isEqualTo("1");
        assertThat(second.header("Flotilla-Rows-Affected")).isEqualTo("2");
        assertThat(rows()).isEqualTo("1a,2b");
        sameAnswer(keyed("/createdb?name=other", ""), keyed("/createdb?name=other", ""));
        sameAnswer(keyed("/dropdb?name=other", ""), keyed("/dropdb?name=other", ""));
    }

    @Test
    void belongToTheirRouteAndDatabase() throws Exception {
        node.post("/createdb?name=app2", "");
        String body = "[\"CREATE TABLE IF NOT EXISTS u (a INT)\", \"INSERT INTO u VALUES (1)\"]";
        sameAnswer(keyed("/db/execute?db=app", body), keyed("/db/execute?db=app2", body));
        sameAnswer(keyed("/db/request?db=app", body), keyed("/db/request?db=app", body));
        assertThat(server.query("SELECT COUNT(*) FROM app.u")).isEqualTo("2");
        assertThat(server.query("SELECT COUNT(*) FROM app2.u")).isEqualTo("1");
    }

    @Test
    void refuseAnotherBody() throws Exception {
        keyed("/db/execute?db=app", "[[\"INSERT INTO t (v) VALUES (?)\", \"a\"]]");
        Reply other = keyed("/db/execute?db=app", "[[\"INSERT INTO t (v) VALUES (?)\", \"b\"]]");

        assertThat(other.failure()).isEqualTo("Rejected not_applied 409");
        assertThat(rows()).isEqualTo("1a");
    }

    @Test
    void mayBeTriedAgainWhenTheyFailed() throws Exception {
        server.execute("INSERT INTO app.t VALUES (9, 'b')");
        String body = "[\"INSERT INTO t (v) VALUES ('a')\", \"INSERT INTO t (v) VALUES ('b')\"]";
        assertThat(keyed("/db/execute?db=app", body).body()).contains("Duplicate");
        server.execute("DELETE FROM app.t WHERE id = 9");

        assertThat(keyed("/db/execute?db=app", body).body()).doesNotContain("error");

        assertThat(server.query("SELECT GROUP_CONCAT(v ORDER BY v) FROM app.t")).isEqualTo("a,b");
    }

    @Test
    void areRolledBackWithTheirKeys() throws Exception {
        String body = "[\"INSERT INTO t (v) VALUES ('a')\", \"INSERT INTO t (v) VALUES ('a')\"]";
        assertThat(keyed("/db/execute?db=app&transaction", body).body()).contains("Duplicate");
        assertThat(keyed("/db/execute?db=app&transaction", body).body()).contains("Duplicate");
        assertThat(rows()).isEmpty();
    }

    @Test
    void waitForTheFirstThatIsUnderWay() throws Exception {
        String path = "/db/execute?db=app&timeout=";
        String body = "[\"INSERT INTO t (v) VALUES ('a')\"]";
        keyed(path + "10s", "[\"DO 1\"]");
        key += "-held";
        server.hold();
        Reply second;
        try {
            assertThat(keyed(path + "300ms", body).failure()).isEqualTo("Unknown unknown 504");
            assertThat(keyed(path + "300ms", body).failure()).isEqualTo("Unknown unknown 504");
            CompletableFuture<Reply> waiting =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return keyed(path + "20s", body);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            server.release();
            second = waiting.get(20, TimeUnit.SECONDS);
        } finally {
            server.release();
        }

        assertThat(second.body())
                .isEqualTo("{\"results\":[{\"last_insert_id\":1,\"rows_affected\":1}]}");
        assertThat(rows()).isEqualTo("1a");
    }

    @Test
    void ofDefinitionsAreAnsweredAlike() throws Exception {
        String body = "[\"CREATE TABLE made (a INT)\", \"DROP TABLE made\"]";
        sameAnswer(keyed("/db/execute?db=app", body), keyed("/db/execute?db=app", body));
        assertThat(keyed("/db/execute?db=app", body).body()).isEqualTo("{\"results\":[{},{}]}");
    }

    /// As a crash between the definition and the note of what it gave leaves it.
    private static void forgetWhatDefinitionsGave() throws Exception {
        server.execute("UPDATE flotilla.kept SET answer = NULL");
    }

    @Test
    void ofDefinitionsAreRunAgainAfterACrashWhenTheyMay() throws Exception {
        String body = "[\"CREATE TABLE IF NOT EXISTS again (a INT)\"]";
        keyed("/db/execute?db=app", body);
        forgetWhatDefinitionsGave();

        assertThat(keyed("/db/execute?db=app", body).body()).isEqualTo("{\"results\":[{}]}");
    }

    @Test
    void ofDefinitionsAreUnknownAfterACrashWhenTheyMayHaveRun() throws Exception {
        String body = "[\"CREATE TABLE once (a INT)\"]";
        keyed("/db/execute?db=app", body);
        forgetWhatDefinitionsGave();

        assertThat(keyed("/db/execute?db=app", body).failure()).isEqualTo("Unknown unknown 504");
        assertThat(keyed("/db/execute?db=app", body).failure()).isEqualTo("Unknown unknown 504");

        server.execute("DROP TABLE app.once");
        server.reign().defined(false);
        assertThat(keyed("/db/execute?db=app", body).body())
                .as("the log knows of no definition since")
                .isEqualTo("{\"results\":[{}]}");
    }

    @Test
    void ofDefinitionsThatFailMayBeTriedAgain() throws Exception {
        String body = "[\"CREATE TABLE t (a INT)\"]";
        assertThat(keyed("/db/execute?db=app", body).body()).contains("already exists");
        server.execute("DROP TABLE app.t");
        assertThat(keyed("/db/execute?db=app", body).body()).isEqualTo("{\"results\":[{}]}");
    }

    @Test
    void areNotDoneWhenTheirAnswerIsTooLongToKeep() throws Exception {
        Reply reply =
                keyed(
                        "/db/execute?db=app",
                        "[\"INSERT INTO t (v) VALUES (REPEAT('x', 8000)) RETURNING v, v\"]");

        assertThat(reply.failure()).isEqualTo("BadRequest not_applied 400");
        assertThat(rows()).isEmpty();
    }

    @Test
    void areForgottenWhenThereAreTooMany() throws Exception {
        for (int i = 0; i < 60; i++) {
            key = "many-" + KEYS.incrementAndGet();
            keyed("/db/execute?db=app", "[\"DO 1\"]");
        }

        assertThat(Integer.parseInt(server.query("SELECT COUNT(*) FROM flotilla.kept")))
                .isBetween(20, 25);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM flotilla.kept",
                "SELECT secret FROM flotilla.secret",
                "DELETE FROM flotilla.kept",
                "INSERT INTO flotilla.kept VALUES (x'00', x'00', 1, x'00')",
                "DROP PROCEDURE flotilla.keep",
                "CALL flotilla.keep(x'00', x'00', 1, x'00', 'no proof')",
                "CALL flotilla.keep(x'00', x'00', 1, x'00', NULL)",
                "CALL flotilla.keep(NULL, NULL, NULL, NULL, NULL)",
            })
    void areKeptWhereNoClientReaches(String sql) throws Exception {
        keyed("/db/execute?db=app", "[\"DO 1\"]");
        String before = server.query("SELECT COUNT(*) FROM flotilla.kept");

        Reply reply = node.post("/db/execute?errors=http", "[\"" + sql + "\"]");

        assertThat(reply.failure()).isEqualTo("Forbidden not_applied 403");
        assertThat(server.query("SELECT COUNT(*) FROM flotilla.kept")).isEqualTo(before);
    }

    @Test
    void refuseWhatIsNoKey() throws Exception {
        key = "x".repeat(129);
        assertThat(keyed("/db/execute?db=app", "[\"DO 1\"]").failure())
                .isEqualTo("BadRequest not_applied 400");
    }
}
