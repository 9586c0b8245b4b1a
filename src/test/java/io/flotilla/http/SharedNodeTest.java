package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.LeadingServer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What accounts that share a node, and pages that share its clients' browsers, cannot do to others; on a real server.
final class SharedNodeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(config -> config.withAuthentication(true));
        node.replica.leads(server.newReign()).serves(server.server().http());
        server.execute("CREATE DATABASE shop");
        server.execute("CREATE TABLE shop.t (id INT PRIMARY KEY)");
        for (String user : new String[] {"zoe", "ann"}) {
            server.execute("CREATE USER " + user + "@'%' IDENTIFIED BY 'secret'");
            server.execute("GRANT ALL ON `%`.* TO " + user + "@'%'");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    private static String basic(String user) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    private static Reply post(TestNode node, String path, String authorization, String body)
            throws Exception {
        return node.send(
                HttpRequest.newBuilder(node.url(path))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    @Test
    void aPageOfAnotherSiteNeitherReadsNorWritesWithItsVisitorsCredentials() throws Exception {
        Reply read =
                node.send(
                        HttpRequest.newBuilder(node.url("/select?dbname=shop&table=t"))
                                .header("Authorization", basic("zoe"))
                                .header("Origin", "https://evil.example"));
        // A browser gives a page no answer to a request with credentials unless both are
        // otherwise.
        assertThat(read.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(read.header("Access-Control-Allow-Credentials")).isEmpty();

        Reply asked =
                node.send(
                        HttpRequest.newBuilder(node.url("/insert"))
                                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                                .header("Origin", "https://evil.example")
                                .header("Access-Control-Request-Headers", "authorization"));
        assertThat(asked.header("Access-Control-Allow-Headers"))
                .doesNotContainIgnoringCase("authorization");

        Reply write =
                node.send(
                        HttpRequest.newBuilder(node.url("/createdb?name=theirs"))
                                .header("Authorization", basic("ann"))
                                .header("Origin", "https://evil.example")
                                .header("Sec-Fetch-Site", "cross-site"));
        assertThat(write.failure()).isEqualTo("Forbidden not_applied 403");
        assertThat(server.query("SHOW DATABASES LIKE 'theirs'")).isEqualTo("nothing");
    }

    @Test
    void oneClientLeavesSessionsToOthers() throws Exception {
        String slow = "['SELECT SLEEP(3)']";
        List<CompletableFuture<Integer>> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return post(node, "/db/query?level=none", basic("zoe"), slow)
                                            .status();
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            work -> Thread.ofVirtual().start(work)));
        }
        eventually(
                PATIENCE,
                () ->
                        assertThat(
                                        server.query(
                                                "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'zoe' AND INFO LIKE '%SLEEP(3)%'"))
                                .isEqualTo("48"));

        assertThat(
                        post(node, "/db/query?level=none&timeout=1s", basic("ann"), "['SELECT 1']")
                                .status())
                .isEqualTo(200);
        many.forEach(each -> assertThat(each.join()).isEqualTo(200));
    }
}
