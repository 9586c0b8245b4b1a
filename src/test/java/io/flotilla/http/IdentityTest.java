package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.peer.NodeId;
import io.flotilla.sql.LeadingServer;
import io.flotilla.sql.LoginLimits;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who a request is from, at a node that wants to know and at one that carries requests to it; on one real server.
final class IdentityTest {
    private static final String SECRET = "a secret of hers";
    private static final String OTHER = "another secret";
    private static final Duration TRUST = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode leader;
    private static TestNode follower;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        Map<NodeId, Integer> ports = TestLink.ports();
        leader = TestNode.start(1, ports, IdentityTest::guarded);
        follower = TestNode.start(2, ports, IdentityTest::guarded);
        TestNode.know(leader, follower);
        leader.replica.leads(server.newReign()).serves(server.server().http());
        follower.replica.follows(1).serves(server.server().http());
        server.execute("CREATE DATABASE shop");
        server.execute("CREATE DATABASE other");
        server.execute("CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)");
    }

    private static HttpConfig guarded(HttpConfig config) {
        LoginLimits slow =
                new LoginLimits(
                        TRUST,
                        3,
                        1_000,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(1),
                        100);
        return config.withAuthentication(true).withSql(config.sql().withLogins(slow));
    }

    @AfterAll
    static void stop() throws Exception {
        follower.close();
        leader.close();
        server.close();
    }

    @BeforeEach
    void makeAccounts() throws Exception {
        follower.replica.follows(1).serves(server.server().http());
        execute("CREATE USER zoe@'%' IDENTIFIED BY '" + SECRET + "'");
        execute("GRANT ALL ON shop.* TO zoe@'%'");
        execute("CREATE USER boss@'%' IDENTIFIED BY '" + SECRET + "'");
        execute("GRANT ALL ON `%`.* TO boss@'%'");
    }

    @AfterEach
    void dropAccounts() throws Exception {
        execute("DROP USER IF EXISTS zoe@'%', boss@'%'");
    }

    private static void execute(String sql) throws Exception {
        server.execute(sql);
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static Reply get(TestNode node, String path, String authorization) throws Exception {
        return node.send(
                HttpRequest.newBuilder(node.url(path)).header("Authorization", authorization));
    }

    private static Reply post(TestNode node, String path, String authorization, String body)
            throws Exception {
        return node.send(
                HttpRequest.newBuilder(node.url(path))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private static Reply who(TestNode node, String user, String password) throws Exception {
        return post(
                node,
                "/db/request?level=none",
                basic(user, password),
                "['SELECT CURRENT_USER(), USER()']");
    }

    @Test
    void onlyHealthIsForAnybody() throws Exception {
        assertThat(leader.get("/ping").body()).isEqualTo("pong");
        assertThat(leader.get("/livez").status()).isEqualTo(200);
        assertThat(leader.get("/readyz").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/status",
                "/metrics",
                "/nodes",
                "/is-master",
                "/leader",
                "/openapi.json",
                "/whoami",
                "/accounts",
                "/select?dbname=shop&table=t",
                "/createdb?name=x",
                "/db/query?q=SELECT+1",
                "/no-such-route"
            })
    void everythingElseWantsToKnow(String path) throws Exception {
        for (TestNode node : new TestNode[] {leader, follower}) {
            Reply reply = node.get(path);

            assertThat(reply.failure()).isEqualTo("Unauthenticated not_applied 401");
            assertThat(reply.header("WWW-Authenticate"))
                    .isEqualTo("Basic realm=\"flotilla\", charset=\"UTF-8\"");
            String nobody = "nobody" + Integer.toHexString(path.hashCode());
            assertThat(get(node, path, basic(nobody, "not hers")).status())
                    .isEqualTo(path.equals("/no-such-route") ? 404 : 401);
        }
    }

    @Test
    void statementsRunAsWhoeverAsks() throws Exception {
        for (TestNode node : new TestNode[] {leader, follower}) {
            assertThat(who(node, "zoe", SECRET).body())
                    .contains("\"values\":[[\"zoe@%\",\"zoe@127.0.0.1\"]]");
            Reply mine =
                    post(
                            node,
                            "/db/execute?db=shop",
                            basic("zoe", SECRET),
                            "['REPLACE INTO t VALUES (1, 1)']");
            assertThat(mine.json().at("/results/0/rows_affected").asInt()).isPositive();
            Reply others =
                    post(
                            node,
                            "/db/execute?db=other&errors=http",
                            basic("zoe", SECRET),
                            "['CREATE TABLE t (id INT)']");
            assertThat(others.failure()).isEqualTo("Forbidden not_applied 403");
            assertThat(get(node, "/createdb?name=new", basic("zoe", SECRET)).failure())
                    .isEqualTo("Forbidden not_applied 403");
        }
    }

    @Test
    void sessionsAreNotSharedBetweenUsers() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(who(leader, "zoe", SECRET).body()).contains("zoe@%");
            assertThat(who(leader, "boss", SECRET).body()).contains("boss@%");
        }
    }

    @Test
    void anotherPasswordADroppedUserAndARightTakenAwayCountWithinTheTrust() throws Exception {
        String select = "/select?dbname=shop&table=t";
        assertThat(get(leader, select, basic("zoe", SECRET)).status()).isEqualTo(200);
        assertThat(get(follower, "/status", basic("zoe", SECRET)).status()).isEqualTo(200);

        execute("REVOKE ALL ON shop.* FROM zoe@'%'");
        answersSoon(leader, select, SECRET, 403);

        execute("SET PASSWORD FOR zoe@'%' = PASSWORD('" + OTHER + "')");
        answersSoon(leader, select, SECRET, 401);
        answersSoon(follower, "/status", SECRET, 401);
        assertThat(get(follower, "/status", basic("zoe", OTHER)).status()).isEqualTo(200);

        execute("DROP USER zoe@'%'");
        answersSoon(follower, "/status", OTHER, 401);
    }

    private static void answersSoon(TestNode node, String path, String password, int status)
            throws Exception {
        eventually(
                PATIENCE,
                () ->
                        assertThat(get(node, path, basic("zoe", password)).status())
                                .isEqualTo(status));
    }

    @Test
    void namesOfOursAreNobodys() throws Exception {
        for (String name :
                new String[] {"flotilla_admin", "FLOTILLA_http", "root", "PUBLIC", "", "'zoe'"}) {
            assertThat(who(leader, name, SECRET).status()).as(name).isEqualTo(401);
        }
        assertThat(who(leader, "zoe", "").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic",
                "Basic ",
                "Basic !!!",
                "Basic em9l",
                "Basic /w==",
                "Digest x",
                "zoe:secret"
            })
    void nonsenseIsNobody(String header) throws Exception {
        assertThat(get(leader, "/status", header).failure())
                .isEqualTo("Unauthenticated not_applied 401");
    }

    @Test
    void twoCredentialsAreNone() throws Exception {
        Reply reply =
                leader.send(
                        HttpRequest.newBuilder(leader.url("/status"))
                                .header("Authorization", basic("zoe", SECRET))
                                .header("Authorization", basic("boss", SECRET)));

        assertThat(reply.failure()).isEqualTo("BadRequest not_applied 400");
    }

    @Test
    void whoGuessesIsSlowedDownAndWhoKnowsIsNot() throws Exception {
        assertThat(who(leader, "zoe", SECRET).status()).isEqualTo(200);
        execute("CREATE USER victim@'%' IDENTIFIED BY '" + SECRET + "'");
        try {
            for (int i = 0; i < 4; i++) {
                assertThat(who(leader, "victim", "guess " + i).status()).isEqualTo(401);
            }
            Reply fifth = who(leader, "victim", "guess 5");
            Reply right = who(leader, "victim", SECRET);

            assertThat(fifth.failure()).isEqualTo("Overloaded not_applied 429");
            assertThat(right.status()).isEqualTo(429);
            assertThat(who(leader, "zoe", SECRET).status()).isEqualTo(200);
            assertThat(get(leader, "/metrics", basic("zoe", SECRET)).body())
                    .containsPattern("flotilla_http_logins_failed_total [1-9]")
                    .containsPattern("flotilla_http_logins_slowed_total [1-9]");
        } finally {
            execute("DROP USER victim@'%'");
        }
    }

    @Test
    void whoHasShownThePasswordIsNotLockedOutByGuesses() throws Exception {
        execute("CREATE USER ann@'%' IDENTIFIED BY '" + SECRET + "'");
        try {
            assertThat(who(leader, "ann", SECRET).status()).isEqualTo(200);
            for (int i = 0; i < 6; i++) {
                who(leader, "ann", "guess " + i);
            }
            long untrusted = System.nanoTime() + TRUST.toNanos();
            do {
                assertThat(who(leader, "ann", SECRET).status()).isEqualTo(200);
            } while (System.nanoTime() < untrusted);

            assertThat(who(leader, "ann", "guess 7").status()).isEqualTo(429);
        } finally {
            execute("DROP USER ann@'%'");
        }
    }

    @Test
    void operatingIsForAdministrators() throws Exception {
        for (TestNode node : new TestNode[] {leader, follower}) {
            String zoe = basic("zoe", SECRET);
            assertThat(get(node, "/accounts", zoe).failure())
                    .isEqualTo("Forbidden not_applied 403");
            assertThat(
                            post(node, "/accounts", zoe, "{'user':'eve','password':'12345678'}")
                                    .status())
                    .isEqualTo(403);
            assertThat(post(node, "/leader", zoe, "{}").status()).isEqualTo(403);
            assertThat(post(node, "/verify", zoe, "{}").status()).isEqualTo(403);
            assertThat(get(node, "/accounts", basic("boss", SECRET)).status()).isEqualTo(200);
        }
    }

    @Test
    void aNodeWhoseServerDoesNotServeAsksTheLeader() throws Exception {
        follower.replica.servesNothing();

        assertThat(get(follower, "/whoami", basic("zoe", SECRET)).body())
                .isEqualTo("{\"account\":\"zoe@%\",\"operator\":false}");
        assertThat(get(follower, "/status", basic("zoe", SECRET)).status()).isEqualTo(200);
        assertThat(get(follower, "/status", basic("zoe", "wrong")).status()).isEqualTo(401);

        follower.replica.followsNobody();
        assertThat(get(follower, "/status?timeout=1s", basic("zoe", SECRET)).failure())
                .isEqualTo("Unavailable not_applied 503");
    }

    @Test
    void aKeyIsOfTheAccountAndTheAnswerIsKeptForWhoHasNoRightsOnOurTables() throws Exception {
        String body = "['REPLACE INTO shop.t VALUES (7, 7)']";
        Reply first = keyed("zoe", body);
        Reply again = keyed("zoe", body);

        assertThat(first.json().at("/results/0/rows_affected").asInt()).isEqualTo(1);
        assertThat(again.body()).isEqualTo(first.body());
        String another = "['REPLACE INTO shop.t VALUES (7, 8)']";
        assertThat(keyed("zoe", another).status()).isEqualTo(409);
        assertThat(keyed("boss", another).status()).isEqualTo(200);
        assertThat(
                        post(
                                        leader,
                                        "/db/execute?errors=http",
                                        basic("zoe", SECRET),
                                        "['DELETE FROM flotilla.kept']")
                                .failure())
                .isEqualTo("Forbidden not_applied 403");
        assertThat(
                        post(
                                        leader,
                                        "/db/execute?errors=http",
                                        basic("zoe", SECRET),
                                        "['CALL flotilla.keep(1, 2, 3, 4, 5)']")
                                .failure())
                .isEqualTo("Forbidden not_applied 403");
    }

    private static Reply keyed(String user, String body) throws Exception {
        return leader.send(
                HttpRequest.newBuilder(leader.url("/db/execute"))
                        .header("Authorization", basic(user, SECRET))
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", "one of mine")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    @Test
    void aTransactionIsOfWhoBeganIt() throws Exception {
        String zoe = basic("zoe", SECRET);
        String tx = post(follower, "/tx?db=shop", zoe, "").json().path("tx").asText();
        String insert = "['REPLACE INTO t VALUES (9, 9)']";

        assertThat(post(leader, "/db/execute?tx=" + tx, zoe, insert).status()).isEqualTo(200);
        assertThat(post(leader, "/db/execute?tx=" + tx, basic("boss", SECRET), insert).failure())
                .isEqualTo("TxLost not_applied 410");
        assertThat(post(leader, "/tx/" + tx + "/rollback", basic("boss", SECRET), "").status())
                .isEqualTo(410);
        assertThat(post(leader, "/tx/" + tx + "/commit", basic("zoe", "wrong"), "").status())
                .isEqualTo(401);
        assertThat(post(follower, "/tx/" + tx + "/commit", zoe, "").status()).isEqualTo(200);
    }

    @Test
    void noAnswerSaysWhatWasWrong() throws Exception {
        Reply unknown = who(leader, "nobody", SECRET);
        Reply wrong = who(leader, "zoe", "wrong");

        assertThat(unknown.body()).isEqualTo(wrong.body()).doesNotContain("nobody");
    }
}
