package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.LeadingServer;
import io.flotilla.sql.SqlConfig;
import io.flotilla.sql.TxLimits;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Interactive transactions, on one real server.
final class TxApiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String LOST = "TxLost not_applied 410";

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(TxApiTest::shortTimes);
        node.replica.leads(server.reign()).serves(server.server().http());
        execute("?timeout=10s", "CREATE OR REPLACE DATABASE app");
        execute("?db=app", "CREATE TABLE t (id INT PRIMARY KEY, v INT)");
        execute(
                "?db=app",
                "CREATE PROCEDURE commits() BEGIN INSERT INTO t VALUES (90, 0); COMMIT; END");
    }

    private static HttpConfig shortTimes(HttpConfig usual) {
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
                        sql.keys(),
                        new TxLimits(3, Duration.ofSeconds(3), Duration.ofSeconds(60)),
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
        eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());
        server.newReign();
        node.replica.leads(server.reign());
        server.execute("DELETE FROM app.t");
        server.execute("INSERT INTO app.t VALUES (1, 1), (2, 2)");
    }

    private static Reply execute(String parameters, String... sql) throws Exception {
        return node.post("/db/execute" + parameters, TestNode.json(sql));
    }

    private static String begin() throws Exception {
        Reply reply = node.post("/tx?db=app", "");
        assertThat(reply.json().at("/idle_timeout_ms").asInt()).isEqualTo(3000);
        assertThat(reply.json().at("/max_ms").asInt()).isEqualTo(60_000);
        return reply.json().at("/tx").asText();
    }

    private static Reply in(String tx, String... sql) throws Exception {
        return execute("?tx=" + tx, sql);
    }

    private static Reply commit(String tx, Optional<String> key) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.url("/tx/" + tx + "/commit"))
                        .POST(HttpRequest.BodyPublishers.noBody());
        key.ifPresent(text -> request.header("Idempotency-Key", text));
        return node.send(request);
    }

    private static Reply commit(String tx) throws Exception {
        return commit(tx, Optional.empty());
    }

    private static String rows() throws Exception {
        return server.query("SELECT GROUP_CONCAT(id, '=', v ORDER BY id) FROM app.t");
    }

    @Test
    void areSeenByOthersWhenTheyAreCommitted() throws Exception {
        String tx = begin();
        assertThat(in(tx, "INSERT INTO t VALUES (3, 3)", "UPDATE t SET v = 0 WHERE id = 1").body())
                .isEqualTo("{\"results\":[{\"rows_affected\":1},{\"rows_affected\":1}]}");
        assertThat(
                        node.post("/db/query?tx=" + tx, "[\"SELECT COUNT(*) AS n FROM t\"]")
                                .json()
                                .at("/results/0/values/0/0")
                                .asInt())
                .isEqualTo(3);
        assertThat(rows()).isEqualTo("1=1,2=2");

        Reply committed = commit(tx);

        assertThat(committed.body()).isEqualTo("{\"message\":\"Transaction committed\"}");
        assertThat(committed.header("Flotilla-Gtid"))
                .isEqualTo(server.query("SELECT @@gtid_binlog_pos"));
        assertThat(rows()).isEqualTo("1=0,2=2,3=3");
        eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());
        assertThat(in(tx, "SELECT 1").failure()).isEqualTo(LOST);
    }

    @Test
    void leaveNothingWhenTheyAreRolledBack() throws Exception {
        String tx = begin();
        in(tx, "INSERT INTO t VALUES (3, 3)");

        assertThat(node.post("/tx/" + tx + "/rollback", "").status()).isEqualTo(200);

        assertThat(rows()).isEqualTo("1=1,2=2");
        assertThat(commit(tx).failure()).isEqualTo(LOST);
    }

    @Test
    void goOnAfterAStatementThatFailed() throws Exception {
        String tx = begin();
        assertThat(in(tx, "INSERT INTO t VALUES (3, 3)", "INSERT INTO t VALUES (1, 1)").body())
                .contains("Duplicate");
        commit(tx);
        assertThat(rows()).isEqualTo("1=1,2=2,3=3");
    }

    @Test
    void areOverAfterADeadlock() throws Exception {
        String one = begin();
        String two = begin();
        in(one, "UPDATE t SET v = 10 WHERE id = 1");
        in(two, "UPDATE t SET v = 20 WHERE id = 2");
        Thread other =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                in(one, "UPDATE t SET v = 10 WHERE id = 2");
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        in(two, "UPDATE t SET v = 20 WHERE id = 1");
        other.join();

        List<String> ends = new ArrayList<>();
        for (String tx : List.of(one, two)) {
            Reply end = commit(tx);
            ends.add(end.status() == 200 ? "committed" : end.failure());
        }
        assertThat(ends).containsExactlyInAnyOrder("committed", LOST);
    }

    @Test
    void areLostWithTheirReign() throws Exception {
        String tx = begin();
        in(tx, "INSERT INTO t VALUES (3, 3)");
        String ofAnother = "6-" + tx.substring(tx.indexOf('-') + 1);

        assertThat(in(ofAnother, "SELECT 1").failure()).isEqualTo(LOST);
        assertThat(commit(ofAnother).failure())
                .as("an earlier commit may have succeeded")
                .isEqualTo("TxLost unknown 410");
        assertThat(commit(ofAnother, Optional.of("never-used")).failure()).isEqualTo(LOST);
        node.post("/tx/" + tx + "/rollback", "");
    }

    @Test
    void areCommittedOnceUnderAKey() throws Exception {
        String tx = begin();
        in(tx, "INSERT INTO t VALUES (3, 3)");
        assertThat(commit(tx, Optional.of("once")).status()).isEqualTo(200);
        assertThat(commit(tx, Optional.of("once")).status()).isEqualTo(200);
        assertThat(commit(tx).status()).as("it is known here without the key").isEqualTo(200);
        assertThat(commit("6-abc", Optional.of("once")).failure())
                .isEqualTo("Rejected not_applied 409");
        assertThat(rows()).isEqualTo("1=1,2=2,3=3");
    }

    @Test
    void areRolledBackWhenTheyAreLeftAlone() throws Exception {
        String tx = begin();
        in(tx, "INSERT INTO t VALUES (3, 3)");

        eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());

        assertThat(in(tx, "SELECT 1").failure()).isEqualTo(LOST);
        assertThat(rows()).isEqualTo("1=1,2=2");
    }

    @Test
    void areBounded() throws Exception {
        List<String> open = List.of(begin(), begin(), begin());
        assertThat(node.post("/tx?db=app", "").failure()).isEqualTo("Overloaded not_applied 429");
        for (String tx : open) {
            node.post("/tx/" + tx + "/rollback", "");
        }
        eventually(PATIENCE, () -> assertThat(node.post("/tx", "").status()).isEqualTo(200));
    }

    @Test
    void sayWhenAStatementEndedThem() throws Exception {
        String tx = begin();
        assertThat(in(tx, "CALL commits()").body()).contains("committed the transaction");
        assertThat(commit(tx).failure()).isEqualTo(LOST);
        String other = begin();
        assertThat(in(other, "CREATE TABLE u (a INT)").body()).contains("cannot undo");
        assertThat(in(other, "COMMIT").failure()).isEqualTo("BadRequest not_applied 400");
        assertThat(node.post("/tx/" + other + "/rollback", "").status()).isEqualTo(200);
    }

    @Test
    void areUnknownWhenTheMajorityDoesNotAnswerTheCommitInTime() throws Exception {
        String tx = begin();
        in(tx, "INSERT INTO t VALUES (3, 3)");
        server.hold();
        try {
            assertThat(node.post("/tx/" + tx + "/commit?timeout=300ms", "").failure())
                    .isEqualTo("Unknown unknown 504");
        } finally {
            server.release();
        }
        eventually(PATIENCE, () -> assertThat(rows()).isEqualTo("1=1,2=2,3=3"));
    }

    @Test
    void takeNoChoicesOfARequest() throws Exception {
        String tx = begin();
        assertThat(execute("?tx=" + tx + "&db=app", "SELECT 1").failure())
                .isEqualTo("BadRequest not_applied 400");
        node.post("/tx/" + tx + "/rollback", "");
        assertThat(node.post("/tx/" + tx + "/nonsense", "").failure())
                .isEqualTo("NotFound not_applied 404");
        assertThat(node.post("/tx?db=mysql", "").failure()).isEqualTo("Forbidden not_applied 403");
    }
}
