package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.engine.ClientLogin;
import io.flotilla.http.TestNode.Reply;
import io.flotilla.peer.NodeId;
import io.flotilla.sql.LeadingServer;
import io.flotilla.sql.LoginLimits;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens for programs, at a leader and through a follower; on one real server.
final class TokensApiTest {
    private static final String SECRET = "a secret of hers";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode leader;
    private static TestNode follower;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        Map<NodeId, Integer> ports = TestLink.ports();
        leader = TestNode.start(1, ports, TokensApiTest::guarded);
        follower = TestNode.start(2, ports, TokensApiTest::guarded);
        TestNode.know(leader, follower);
        leader.replica.leads(server.newReign()).serves(server.server().http());
        follower.replica.follows(1).serves(server.server().http());
        server.execute("CREATE DATABASE shop");
        server.execute("CREATE TABLE shop.t (id INT PRIMARY KEY)");
        server.execute("CREATE USER boss@'%' IDENTIFIED BY '" + SECRET + "'");
        server.execute("GRANT ALL ON `%`.* TO boss@'%'");
        asBoss(
                "POST",
                "/accounts",
                "{'user':'adam','password':'" + SECRET + "','administrator':true}");
    }

    private static HttpConfig guarded(HttpConfig config) {
        LoginLimits quick =
                new LoginLimits(
                        Duration.ofMillis(200),
                        100,
                        1_000,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(1),
                        100);
        return config.withAuthentication(true).withSql(config.sql().withLogins(quick));
    }

    @AfterAll
    static void stop() throws Exception {
        follower.close();
        leader.close();
        server.close();
    }

    @BeforeEach
    void makeAccount() throws Exception {
        asBoss("POST", "/accounts", "{'user':'zoe','password':'" + SECRET + "'}");
        asBoss("POST", "/accounts/grant", "{'user':'zoe','database':'shop'}");
    }

    @AfterEach
    void dropAccount() throws Exception {
        asBoss("DELETE", "/accounts?user=zoe", "");
    }

    private static String basic(String user) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((user + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
    }

    private static Reply send(
            TestNode node, String method, String path, String authorization, String body)
            throws Exception {
        return node.send(
                HttpRequest.newBuilder(node.url(path))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private static Reply asBoss(String method, String path, String body) throws Exception {
        return send(leader, method, path, basic("boss"), body);
    }

    private static String token(TestNode at, String name) throws Exception {
        Reply made = send(at, "POST", "/tokens", basic("zoe"), "{'name':'" + name + "'}");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return "Bearer " + made.json().path("token").asText();
    }

    private static Reply whoAmI(TestNode node, String authorization) throws Exception {
        return send(
                node, "POST", "/db/request?level=none", authorization, "['SELECT CURRENT_USER()']");
    }

    @Test
    void aTokenIsItsUserEverywhereAndNoMore() throws Exception {
        String token = token(follower, "ci");

        for (TestNode node : new TestNode[] {leader, follower}) {
            assertThat(whoAmI(node, token).body()).contains("zoe@%");
            assertThat(send(node, "GET", "/status", token, "").status()).isEqualTo(200);
            assertThat(send(node, "GET", "/accounts", token, "").status()).isEqualTo(403);
            assertThat(send(node, "GET", "/createdb?name=other", token, "").status())
                    .isEqualTo(403);
            Reply write =
                    send(node, "POST", "/db/execute", token, "['REPLACE INTO shop.t VALUES (1)']");
            assertThat(write.json().at("/results/0/rows_affected").asInt()).isEqualTo(1);
        }
    }

    @Test
    void thePasswordGoesOnWorkingAndMayBeChangedByItsOwner() throws Exception {
        String token = token(leader, "ci");
        try (Connection zoe = ClientLogin.as(server.server(), "zoe", SECRET).getConnection()) {
            zoe.createStatement().execute("SET PASSWORD = PASSWORD('another secret')");
        }

        assertThat(whoAmI(leader, token).body()).contains("zoe@%");
        eventually(
                PATIENCE, () -> assertThat(whoAmI(leader, basic("zoe")).status()).isEqualTo(401));
    }

    @Test
    void aTokenIsToldOnceAndKeptAsAHash() throws Exception {
        String token = token(leader, "ci").substring("Bearer zoe.".length());
        Reply list = send(leader, "GET", "/tokens", basic("zoe"), "");

        JsonNode first = list.json().at("/tokens/0");
        assertThat(first.path("name").asText()).isEqualTo("ci");
        assertThat(list.body()).doesNotContain(token);
        assertThat(server.query("SELECT LENGTH(id) FROM flotilla.token")).isEqualTo("32");
        assertThat(server.query("SELECT COUNT(*) FROM flotilla.token WHERE id = '" + token + "'"))
                .isEqualTo("0");
        assertThat(send(leader, "POST", "/tokens", basic("zoe"), "{'name':'ci'}").status())
                .isEqualTo(409);
    }

    @Test
    void aRevokedTokenAndOneWhoseTimeIsOverEnd() throws Exception {
        String revoked = token(leader, "ci");
        String old = token(leader, "old");
        assertThat(whoAmI(follower, revoked).status()).isEqualTo(200);
        assertThat(whoAmI(follower, old).status()).isEqualTo(200);

        assertThat(send(follower, "DELETE", "/tokens/ci", basic("zoe"), "").status())
                .isEqualTo(200);
        server.execute("UPDATE flotilla.token SET expires = created - 1 WHERE name = 'old'");

        for (String token : new String[] {revoked, old}) {
            eventually(PATIENCE, () -> assertThat(whoAmI(follower, token).status()).isEqualTo(401));
        }
        assertThat(send(leader, "DELETE", "/tokens/ci", basic("zoe"), "").status()).isEqualTo(404);
    }

    @Test
    void aTokenOfAnAccountThatWasIsNotOneOfTheNext() throws Exception {
        String token = token(leader, "ci");
        dropAccount();
        makeAccount();
        eventually(PATIENCE, () -> assertThat(whoAmI(leader, token).status()).isEqualTo(401));

        String next = token(leader, "next");

        assertThat(whoAmI(leader, next).status()).isEqualTo(200);
        assertThat(whoAmI(leader, token).status()).isEqualTo(401);
    }

    @Test
    void aPasswordThatIsResetEndsTheTokens() throws Exception {
        String token = token(leader, "ci");
        asBoss("POST", "/accounts/password", "{'user':'zoe','password':'" + SECRET + "'}");

        eventually(PATIENCE, () -> assertThat(whoAmI(leader, token).status()).isEqualTo(401));
    }

    @Test
    void aTokenMakesNoTokens() throws Exception {
        String token = token(leader, "ci");

        assertThat(send(leader, "POST", "/tokens", token, "{'name':'more'}").failure())
                .isEqualTo("Forbidden not_applied 403");
        assertThat(send(leader, "GET", "/tokens", token, "").status()).isEqualTo(403);
    }

    @Test
    void whatIsNoTokenIsNobody() throws Exception {
        String token = token(leader, "ci");
        String other = token.replace("zoe.", "boss.");
        for (String wrong :
                new String[] {
                    other,
                    token + "x",
                    token.substring(0, token.length() - 1) + "!",
                    "Bearer",
                    "Bearer x"
                }) {
            assertThat(whoAmI(leader, wrong).status()).as(wrong).isEqualTo(401);
        }
    }

    @Test
    void clientsDoNotReachTheTable() throws Exception {
        token(leader, "ci");
        for (String who : new String[] {"zoe", "adam"}) {
            Reply reply =
                    send(
                            leader,
                            "POST",
                            "/db/request?errors=http",
                            basic(who),
                            "['SELECT * FROM flotilla.token']");
            assertThat(reply.status()).as(reply.body()).isEqualTo(403);
        }
    }
}
