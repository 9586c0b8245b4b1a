package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.peer.NodeId;
import io.flotilla.sql.FakeReign;
import io.flotilla.sql.LeadingServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests at nodes that do not lead. Three doors in one JVM; whichever leads uses the one server.
final class ForwardTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String INSERT =
            "{\"dbname\":\"app\",\"table\":\"t\",\"values\":\"NULL, 'a'\"}";

    private static final String LONG_QUERY = "SELECT SLEEP(25)";
    private static final String LONG_QUERIES =
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(25)%'"
                    + " AND user = 'flotilla_http'";

    @TempDir static Path directory;

    private static LeadingServer server;
    private TestNode one;
    private TestNode two;
    private TestNode three;

    @BeforeAll
    static void startServer() throws Exception {
        server = LeadingServer.start(directory);
        server.execute("CREATE DATABASE app");
        server.execute("CREATE TABLE app.t (id INT AUTO_INCREMENT PRIMARY KEY, v TEXT)");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void start() throws Exception {
        server.release();
        server.execute("DELETE FROM app.t");
        Map<NodeId, Integer> ports = TestLink.ports();
        one = TestNode.start(1, ports);
        two = TestNode.start(2, ports);
        three = TestNode.start(3, ports);
        TestNode.know(one, two, three);
        two.replica.leads(server.newReign()).serves(server.server().http());
        one.replica.follows(2);
        three.replica.follows(2);
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        two.close();
        three.close();
    }

    private static void insertRows(int count) throws Exception {
        server.execute(
                """
                SET STATEMENT max_recursive_iterations=100000 FOR
                INSERT INTO app.t SELECT i, REPEAT('x', 100)
                FROM (WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n) a\
                """
                        .formatted(count));
    }

    private static String count() throws Exception {
        return server.query("SELECT COUNT(*) FROM app.t");
    }

    @Test
    void aFollowerCarriesWritesToTheLeader() throws Exception {
        Reply reply = one.post("/insert", INSERT);

        assertThat(reply.body()).isEqualTo("{\"message\":\"Record inserted successfully\"}");
        assertThat(reply.header("Flotilla-Node")).isEqualTo("1");
        assertThat(reply.header("Flotilla-Leader")).isEqualTo("2");
        assertThat(reply.header("Flotilla-Gtid")).matches("0-7-\\d+");
        assertThat(reply.header("Flotilla-Rows-Affected")).isEqualTo("1");
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(count()).isEqualTo("1");
    }

    @Test
    void aFollowerPassesOnWhatTheLeaderRefuses() throws Exception {
        Reply reply = one.post("/insert", "{\"dbname\":\"app\",\"table\":\"t\",\"values\":\"1\"}");

        assertThat(reply.failure()).isEqualTo("Rejected not_applied 400");
        assertThat(reply.json().path("error").path("errno").asInt()).isEqualTo(1136);
    }

    @Test
    void aFollowerRefusesNonsenseByItself() throws Exception {
        one.replica.followsNobody();

        assertThat(one.post("/insert", "{").failure()).isEqualTo("BadRequest not_applied 400");
    }

    @Test
    void aFollowerReadsAtTheLeaderWhenItsOwnServerDoesNotServe() throws Exception {
        one.post("/insert", INSERT);
        for (String level : new String[] {"weak", "linearizable"}) {
            assertThat(one.select("t", "&columns=v&level=" + level).body())
                    .isEqualTo("[{\"v\":\"a\"}]");
        }
        assertThat(one.select("t", "&level=none").failure())
                .isEqualTo("Unavailable not_applied 503");
    }

    @Test
    void aFollowerReadsItsOwnServerWhenThatIsUpToDate() throws Exception {
        one.post("/insert", INSERT);
        one.replica.serves(server.server().http());
        int before = one.replica.barriers();

        assertThat(one.select("t", "&columns=v").body()).isEqualTo("[{\"v\":\"a\"}]");
        assertThat(one.select("t", "&columns=v&level=none").body()).isEqualTo("[{\"v\":\"a\"}]");

        assertThat(one.replica.barriers()).isEqualTo(before + 1);
        assertThat(two.replica.barriers()).isZero();
    }

    @Test
    void aLongAnswerStreamsThrough() throws Exception {
        insertRows(2700);

        assertThat(one.select("t", "&level=weak").json()).hasSize(2700);
    }

    @Test
    void anAnswerThatBreaksAtTheLeaderBreaksAtTheFollower() throws Exception {
        insertRows(900);
        String where =
                TestNode.encode(
                        "IF(id < 890, 1, ST_GeomFromText(CONCAT(v, (SELECT 1 UNION SELECT 2))) IS"
                                + " NULL)");

        assertThatThrownBy(() -> one.select("t", "&level=weak&where=" + where))
                .isInstanceOf(IOException.class);
        assertThat(one.select("t", "&level=weak&limit=1").status()).isEqualTo(200);
    }

    @Test
    void aRequestWaitsForTheNextLeader() throws Exception {
        two.replica.follows(3);
        one.replica.follows(2);
        CompletableFuture<Reply> insert = later(() -> one.post("/insert", INSERT));
        eventually(
                PATIENCE,
                () ->
                        assertThat(one.get("/metrics").body())
                                .doesNotContain("flotilla_forward_refused_total 0.0"));

        three.replica.leads(server.newReign()).serves(server.server().http());
        one.replica.follows(3);

        assertThat(insert.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(count()).isEqualTo("1");
    }

    @Test
    void aRequestGivesUpWhenNobodyLeadsInTime() throws Exception {
        two.replica.followsNobody();

        Reply refused = one.post("/insert?timeout=300ms", INSERT);
        assertThat(refused.failure()).isEqualTo("Unavailable not_applied 503");
        assertThat(refused.header("Retry-After")).isEqualTo("1");

        one.replica.followsNobody();
        Reply nobody = one.post("/insert?timeout=300ms", INSERT);
        assertThat(nobody.failure()).isEqualTo("Unavailable not_applied 503");
        assertThat(nobody.header("Flotilla-Leader")).isEqualTo("none");
        assertThat(one.select("t", "&timeout=300ms").failure())
                .isEqualTo("Unavailable not_applied 503");
        assertThat(count()).isEqualTo("0");
    }

    @Test
    void aRequestIsNeverCarriedTwice() throws Exception {
        one.replica.follows(2);
        two.replica.follows(3);
        three.replica.leads(server.newReign()).serves(server.server().http());

        assertThat(one.post("/insert?timeout=300ms", INSERT).failure())
                .isEqualTo("Unavailable not_applied 503");
        assertThat(count()).isEqualTo("0");
    }

    @Test
    void aWriteWhoseLeaderIsLostIsUnknown() throws Exception {
        server.hold();
        FakeReign reign = server.newReign();
        two.replica.leads(reign);
        CompletableFuture<Reply> insert = later(() -> one.post("/insert", INSERT));
        eventually(PATIENCE, () -> assertThat(reign.passes()).isEqualTo(1));

        two.link.cut();

        assertThat(insert.get(20, TimeUnit.SECONDS).failure()).isEqualTo("Unknown unknown 504");
        server.release();
        eventually(PATIENCE, () -> assertThat(count()).isEqualTo("1"));
    }

    @Test
    void aReadWhoseLeaderIsLostIsNotSentToTheNext() throws Exception {
        one.post("/insert", INSERT);
        two.replica.quorum(false);
        CompletableFuture<Reply> read = later(() -> one.select("t", "&columns=v"));
        eventually(PATIENCE, () -> assertThat(two.replica.barriers()).isEqualTo(1));

        three.replica.leads(server.newReign()).serves(server.server().http());
        two.replica.follows(3);
        one.replica.follows(3);
        two.link.cut();

        assertThat(read.get(20, TimeUnit.SECONDS).failure()).isEqualTo("Unknown unknown 504");
        assertThat(three.replica.barriers()).isZero();
        assertThat(one.select("t", "&columns=v").body()).isEqualTo("[{\"v\":\"a\"}]");
    }

    @Test
    void aQueryThatKillsTheLeadersServerIsNotSentToTheNext(@TempDir Path other) throws Exception {
        try (LeadingServer poisoned = LeadingServer.start(other)) {
            two.replica.leads(poisoned.reign()).serves(poisoned.server().http());
            CompletableFuture<Reply> read =
                    later(() -> one.get("/db/query?timeout=30s&q=" + TestNode.encode(LONG_QUERY)));
            eventually(PATIENCE, () -> assertThat(poisoned.query(LONG_QUERIES)).isEqualTo("1"));

            three.replica.leads(server.newReign()).serves(server.server().http());
            poisoned.server().kill();
            two.replica.follows(3);
            one.replica.follows(3);

            assertThat(read.get(20, TimeUnit.SECONDS).failure()).isEqualTo("Unknown unknown 504");
            assertThat(server.query(LONG_QUERIES)).isEqualTo("0");
        }
    }

    @Test
    void pipesThatDiedUnnoticedHarmNobody() throws Exception {
        assertThat(one.post("/insert", INSERT).status()).isEqualTo(200);
        two.link.cut();

        assertThat(one.post("/insert", INSERT).status()).isEqualTo(200);
        assertThat(count()).isEqualTo("2");
    }

    @Test
    void aWriteThatIsHeldPastItsDeadlineIsUnknown() throws Exception {
        server.hold();

        assertThat(one.post("/insert?timeout=300ms", INSERT).failure())
                .isEqualTo("Unknown unknown 504");
        server.release();
    }

    @Test
    void theListOfNodesNamesTheMaster() throws Exception {
        String master = "http://localhost:" + two.door.port();
        String first = "http://localhost:" + one.door.port();
        String third = "http://localhost:" + three.door.port();

        assertThat(one.get("/nodes").body())
                .isEqualTo(
                        "{\"master\":\"%s\",\"slaves\":[\"%s\",\"%s\"],\"isMaster\":false}"
                                .formatted(master, first, third));
        assertThat(two.get("/nodes").json().path("isMaster").asBoolean()).isTrue();
        assertThat(two.get("/is-master").body()).isEqualTo("{\"isMaster\":true}");
        assertThat(one.get("/is-master").body()).isEqualTo("{\"isMaster\":false}");
        assertThat(one.get("/leader").body())
                .isEqualTo("{\"id\":2,\"http\":\"%s\",\"term\":7}".formatted(master));
        one.replica.followsNobody();
        assertThat(one.get("/nodes").json().path("master").isNull()).isTrue();
        assertThat(one.get("/nodes").json().path("slaves")).hasSize(3);
        assertThat(one.get("/leader").failure()).isEqualTo("Unavailable not_applied 503");
    }

    @Test
    void anyNodeIsAskedToGiveTheLeadToAnother() throws Exception {
        String third = "http://localhost:" + three.door.port();

        assertThat(one.post("/leader", "{\"id\":3}").body())
                .isEqualTo("{\"id\":3,\"http\":\"%s\",\"term\":7}".formatted(third));

        assertThat(two.replica.reign()).isEmpty();
        assertThat(two.get("/leader").json().path("id").asInt()).isEqualTo(3);
    }

    @Test
    void theLeadGivenToWhoHasItStaysThere() throws Exception {
        assertThat(one.post("/leader", "{\"id\":2}").json().path("id").asInt()).isEqualTo(2);
        assertThat(two.replica.reign()).isPresent();
    }

    @Test
    void theListOfNodesForRqlitesClientsSaysWhoAnswers() throws Exception {
        three.close();

        Reply reply = one.get("/nodes?ver=2");

        assertThat(reply.json().path("nodes")).hasSize(3);
        assertThat(reply.json().path("nodes").get(1).path("leader").asBoolean()).isTrue();
        assertThat(reply.json().path("nodes").get(1).path("reachable").asBoolean()).isTrue();
        assertThat(reply.json().path("nodes").get(2).path("reachable").asBoolean()).isFalse();
    }

    private interface Call {
        Reply call() throws IOException, InterruptedException;
    }

    private static CompletableFuture<Reply> later(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.call();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
