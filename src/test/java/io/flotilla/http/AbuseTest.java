package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.Gtid;
import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.FakeReign;
import io.flotilla.sql.FakeReplica;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What no well-meaning client sends. No server stands behind: nothing of this gets so far.
final class AbuseTest {
    static final HttpLimits SMALL =
            new HttpLimits(
                    100_000,
                    150_000,
                    2000,
                    8000,
                    50,
                    4,
                    Duration.ofSeconds(5),
                    Duration.ofMillis(700),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(300),
                    Duration.ofMinutes(1),
                    20,
                    2);

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.alone(config -> with(config, SMALL, true));
    }

    static HttpConfig with(HttpConfig config, HttpLimits limits, boolean getWrites) {
        return new HttpConfig(
                config.listen(),
                Set.of("db.example"),
                getWrites,
                config.authentication(),
                config.version(),
                limits,
                config.sql(),
                config.tls());
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private String raw(String request) throws IOException {
        return node.raw(request);
    }

    private static void refuses(String answer, int status, String code) {
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        assertThat(answer).contains("Content-Type: application/json");
        assertThat(answer).contains("{\"error\":{\"code\":\"" + code + "\"");
        assertThat(answer).contains("Flotilla-Node: 1");
        assertThat(answer).doesNotContain("<html").doesNotContain("org.eclipse");
    }

    @Test
    void refusesALargeBodyThatIsAnnounced() throws Exception {
        Reply reply = node.post("/insert", new byte[100_001]);
        assertThat(reply.failure()).isEqualTo("BadRequest not_applied 413");
        assertThat(reply.message()).contains("100000");
    }

    /// It is still being sent when it is refused: a connection that is closed then takes the answer along.
    @Test
    void answersWhoIsStillSendingALargeBody() throws Exception {
        for (int i = 0; i < 20; i++) {
            Reply reply = node.post("/insert", new byte[2_000_000]);
            assertThat(reply.failure()).isEqualTo("BadRequest not_applied 413");
        }
    }

    @Test
    void refusesALargeBodyThatIsNotAnnounced() throws Exception {
        StringBuilder request =
                new StringBuilder(
                        "POST /insert HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 11; i++) {
            request.append("2710\r\n").append("x".repeat(10_000)).append("\r\n");
        }
        refuses(raw(request + "0\r\n\r\n"), 413, "BadRequest");
    }

    @Test
    void refusesMoreBodiesThanFitInMemory() throws Exception {
        try (Socket holding = new Socket(InetAddress.getLoopbackAddress(), node.door.port())) {
            String head =
                    "POST /insert HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n";
            holding.getOutputStream()
                    .write((head + "x".repeat(90_000)).getBytes(StandardCharsets.US_ASCII));
            eventually(
                    Duration.ofSeconds(10),
                    () ->
                            assertThat(
                                            node.get("/status")
                                                    .json()
                                                    .path("http")
                                                    .path("body_bytes")
                                                    .asLong())
                                    .isEqualTo(90_000));

            assertThat(node.post("/insert", new byte[90_000]).failure())
                    .isEqualTo("Overloaded not_applied 429");
        }
    }

    @Test
    void givesUpOnASlowBody() throws Exception {
        String answer =
                raw(
                        "POST /insert HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nConnection: close\r\n\r\n{");
        refuses(answer, 408, "BadRequest");
    }

    @Test
    void refusesALongUrlAndALargeHead() throws Exception {
        refuses(
                raw(
                        "GET /select?x="
                                + "y".repeat(3000)
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                414,
                "BadRequest");
        refuses(
                raw("GET /select?x=" + "y".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                414,
                "BadRequest");
        refuses(
                raw("GET /ping HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(9000) + "\r\n\r\n"),
                431,
                "BadRequest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /insert HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "POST /insert HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "POST /insert HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST /insert HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "GET /ping HTTP/1.1\r\n\r\n",
                "GET /ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /ping HTTP/1.1\r\nHost: localhost\r\nX:\r\n folded\r\n\r\n",
                "GET /ping HTTP/1.1\r\nHost: localhost\r\n: nothing\r\n\r\n",
                "G\u0000T /ping HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a%2fb HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a%00b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void refusesRequestsThatTwoReadersWouldReadDifferently(String request) throws Exception {
        refuses(raw(request), 400, "BadRequest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../etc/passwd",
                "/ping/../../etc/passwd",
                "//ping",
                "/ping/",
                "/PING",
                "/db"
            })
    void knowsItsRoutesExactly(String path) throws Exception {
        String answer =
                raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).containsAnyOf("HTTP/1.1 404", "HTTP/1.1 400").contains("{\"error\":");
    }

    @Test
    void refusesOtherProtocols() throws Exception {
        assertThat(raw("GET /ping HTTP/3.0\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 505");
        assertThat(raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).doesNotContain("pong");
        refuses(
                raw("TRACE /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                405,
                "BadRequest");
        refuses(
                raw(
                        "POST /insert HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
                417,
                "BadRequest");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        String answer = raw("HEAD /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("Content-Length: 4")
                .endsWith("\r\n\r\n");
        assertThat(
                        raw(
                                "HEAD /createdb?name=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void refusesDeepAndHugeJson() throws Exception {
        String deep = "{\"records\":" + "[".repeat(50) + "]".repeat(50) + "}";
        assertThat(node.post("/insert", deep).failure()).isEqualTo("BadRequest not_applied 400");
        assertThat(node.post("/insert", "{\"a\":" + "[".repeat(40_000)).failure())
                .isEqualTo("BadRequest not_applied 413");
        assertThat(node.post("/insert", "{\"a\":[" + "1,".repeat(2_000) + "1]}").failure())
                .isEqualTo("BadRequest not_applied 413");
        assertThat(node.post("/insert", "{\"a\":" + "1".repeat(2000) + "}").failure())
                .isEqualTo("BadRequest not_applied 400");
        assertThat(node.post("/insert", "{\"" + "a".repeat(2000) + "\":1}").failure())
                .isEqualTo("BadRequest not_applied 400");
    }

    @Test
    void refusesWhatIsNotUtf8() throws Exception {
        byte[] latin = "{\"dbname\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(node.post("/insert", latin).failure()).isEqualTo("BadRequest not_applied 400");
        byte[] overlong = {'{', '"', (byte) 0xc0, (byte) 0xa2, '"', ':', '1', '}'};
        assertThat(node.post("/insert", overlong).failure())
                .isEqualTo("BadRequest not_applied 400");
        byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
        assertThat(node.post("/insert", surrogate).failure())
                .isEqualTo("BadRequest not_applied 400");
        byte[] utf16 = "{\"dbname\":\"a\"}".getBytes(StandardCharsets.UTF_16);
        assertThat(node.post("/insert", utf16).failure()).isEqualTo("BadRequest not_applied 400");
        Reply latinType =
                node.send(
                        HttpRequest.newBuilder(node.url("/insert"))
                                .header("Content-Type", "application/json; charset=iso-8859-1")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(latinType.failure()).isEqualTo("BadRequest not_applied 415");
        for (String query :
                new String[] {"dbname=%c0%a2", "dbname=%ed%a0%80", "dbname=%", "dbname=%4"}) {
            assertThat(
                            raw(
                                    "GET /select?"
                                            + query
                                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void putsNothingOfTheRequestIntoHeaders() throws Exception {
        String answer =
                raw(
                        "GET /select?dbname=a%0d%0aX-Evil:1&table=t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        refuses(answer, 400, "BadRequest");
        assertThat(answer).doesNotContain("\r\nX-Evil");
    }

    @Test
    void refusesMoreRequestsThanItsLimit() throws Exception {
        Socket[] slow = new Socket[4];
        for (int i = 0; i < slow.length; i++) {
            slow[i] = new Socket(InetAddress.getLoopbackAddress(), node.door.port());
            slow[i].getOutputStream()
                    .write(
                            "GET /select?dbname=a&table=t&timeout=20s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
        }
        eventually(
                Duration.ofSeconds(10),
                () ->
                        assertThat(node.get("/status").json().path("http").path("running").asInt())
                                .isEqualTo(4));

        Reply reply = node.select("t", "");

        assertThat(reply.failure()).isEqualTo("Overloaded not_applied 429");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(node.get("/ping").body()).isEqualTo("pong");
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    void refusesWritesOfOtherSites() throws Exception {
        String[][] refused = {
            {"Sec-Fetch-Site: cross-site"},
            {"Origin: http://evil.example"},
            {"Origin: null"},
            {"Host: evil.example"},
            {"Host: evil.example:8001"},
            {"Host: localhost.evil.example"},
            {"Authorization: Basic eDp5", "Sec-Fetch-Site: cross-site"}
        };
        for (String[] headers : refused) {
            assertThat(write(headers)).startsWith("HTTP/1.1 403");
        }
        String[][] taken = {
            {},
            {"Sec-Fetch-Site: same-origin", "Origin: http://localhost:1"},
            {"Sec-Fetch-Site: same-site"},
            {"Sec-Fetch-Site: none"},
            {"Origin: http://localhost:3000"},
            {"Host: 127.0.0.1:8001"},
            {"Host: [::1]:8001"},
            {"Host: LOCALHOST"},
            {"Host: DB.example:80"},
            {"Host: db.example."}
        };
        for (String[] headers : taken) {
            assertThat(write(headers)).as(String.join(", ", headers)).startsWith("HTTP/1.1 503");
        }
    }

    private String write(String... headers) throws IOException {
        String all = String.join("\r\n", headers);
        String host = all.contains("Host:") ? "" : "Host: localhost\r\n";
        String more = all.isEmpty() ? "" : all + "\r\n";
        return raw("GET /createdb?name=x HTTP/1.1\r\n" + host + more + "Connection: close\r\n\r\n");
    }

    @Test
    void canDoWithoutGetFormsThatWrite() throws Exception {
        try (TestNode strict = TestNode.alone(config -> with(config, SMALL, false))) {
            Reply reply = strict.get("/createdb?name=x");
            assertThat(reply.failure()).isEqualTo("BadRequest not_applied 405");
            assertThat(reply.header("Allow")).isEqualTo("OPTIONS, POST");
            assertThat(strict.post("/createdb?name=x", "").failure())
                    .isEqualTo("Unavailable not_applied 503");
        }
    }

    @Test
    void keepsTheConnectionForTheNextRequest() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.door.port())) {
            String request = "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String bad = "GET /nosuch HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String last = "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream()
                    .write((request + bad + last).getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all.split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(all.split("HTTP/1.1 404", -1)).hasSize(2);
        }
    }

    @Test
    void tellsHowItIs() throws Exception {
        assertThat(node.get("/livez").body()).isEqualTo("ok");
        assertThat(node.get("/readyz").failure()).isEqualTo("Unavailable not_applied 503");
        node.replica.leads(new FakeReign(7, () -> Gtid.NONE));
        assertThat(node.get("/readyz?leader").status()).isEqualTo(200);
        assertThat(node.get("/readyz?sync&leader").status()).isEqualTo(200);
        assertThat(node.get("/readyz").message())
                .contains("does not serve")
                .doesNotContain(FakeReplica.WHY);
        assertThat(node.get("/status").json().path("role").asText()).isEqualTo("leading");
        String metrics = node.get("/metrics").body();
        assertThat(metrics)
                .contains("flotilla_role{role=\"leading\"} 1")
                .contains("flotilla_term 7.0")
                .contains("flotilla_http_requests_seconds_count{code=\"503\",route=\"/readyz\"} 2");
    }
}
