package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.http.TestNode.Reply;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each route of a node whose requests must say who they are from, those to come included: what is added later without
/// a guard is found here.
final class RouteGuardTest {
    private static final Set<String> FOR_ANYBODY = Set.of("GET /ping", "GET /livez", "GET /readyz");

    /// They change nothing, and pages of other sites may read them; with credentials no page may.
    private static final Set<String> READING =
            Set.of(
                    "GET /is-master",
                    "GET /nodes",
                    "GET /leader",
                    "GET /status",
                    "GET /metrics",
                    "GET /whoami",
                    "GET /openapi.json",
                    "GET /select",
                    "GET /db/query",
                    "POST /db/query");

    /// Not in `/openapi.json`, and answered with 501: to whoever may know.
    private static final List<String> TO_COME =
            List.of(
                    "GET /console",
                    "GET /console/x",
                    "GET /members",
                    "GET /backup",
                    "GET /changes",
                    "POST /members",
                    "DELETE /members/x",
                    "GET /nowhere");

    private TestNode node;

    /// The same, for whoever says nothing.
    private TestNode open;

    @BeforeEach
    void start() throws IOException {
        node = TestNode.alone(config -> config.withAuthentication(true));
        open = TestNode.alone(config -> config);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        open.close();
    }

    private List<String> routes() throws Exception {
        List<String> routes = new ArrayList<>();
        open.get("/openapi.json")
                .json()
                .path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(operation ->
                                        routes.add(
                                                operation.getKey().toUpperCase(Locale.ROOT)
                                                        + " "
                                                        + path.getKey())));
        assertThat(routes).hasSizeGreaterThan(20);
        routes.addAll(TO_COME);
        return routes;
    }

    private Reply ask(TestNode asked, String route, String... headers) throws Exception {
        String[] parts = route.split(" ", 2);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                asked.url(parts[1].replaceAll("\\{\\w+}", "x") + "?timeout=50ms"))
                        .method(parts[0], HttpRequest.BodyPublishers.noBody());
        return asked.send(headers.length == 0 ? request : request.headers(headers));
    }

    @Test
    void opensToNobodyWithoutCredentialsSaveForThree() throws Exception {
        for (String route : routes()) {
            int status = ask(node, route).status();
            if (FOR_ANYBODY.contains(route)) {
                assertThat(status).as(route).isNotEqualTo(401);
            } else {
                assertThat(status).as(route).isEqualTo(401);
            }
        }
    }

    @Test
    void changesNothingForPagesOfOtherSites() throws Exception {
        List<String> guarded = new ArrayList<>(routes());
        guarded.removeAll(FOR_ANYBODY);
        guarded.removeAll(READING);
        guarded.removeAll(TO_COME);
        for (String route : guarded) {
            Reply refused = ask(open, route, "Sec-Fetch-Site", "cross-site");
            assertThat(refused.failure()).as(route).isEqualTo("Forbidden not_applied 403");
            assertThat(ask(open, route, "Origin", "https://evil.example").status())
                    .as(route)
                    .isEqualTo(403);
        }
    }

    /// A client cannot pretend that another node has carried its request, and with it who it is from.
    @Test
    void believesNoHeaderAboutWhereARequestComesFrom() throws Exception {
        for (String header :
                List.of(
                        "X-Forwarded-For",
                        "Forwarded",
                        "X-Real-IP",
                        "Flotilla-Node",
                        "Flotilla-Forwarded",
                        "X-HTTP-Method-Override")) {
            assertThat(ask(node, "GET /status", header, "127.0.0.1").status())
                    .as(header)
                    .isEqualTo(401);
        }
    }
}
