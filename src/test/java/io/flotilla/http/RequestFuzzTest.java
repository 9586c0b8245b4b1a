package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.LeadingServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests with damage, to a node with a real server behind it: answered, or the connection ends; never with a defect.
@Timeout(120)
final class RequestFuzzTest {
    private static final int CASES = 1200;

    /// The head says how long the body is, whatever becomes of it.
    private static final List<String> BODIES =
            List.of(
                    "/db/execute?db=shop&timeout=2s&timings [[\"INSERT INTO t VALUES (?, ?)\", 1, 1.5e3]]",
                    "/db/execute?db=shop&timeout=2s&transaction [[\"INSERT INTO t (id) VALUES (:id)\", {\"id\": 7}]]",
                    "/db/query?level=none&timeout=2s&associative [[\"SELECT ?, ?, ?, ?\", \"\u00e9\", null, true, -0.5]]",
                    "/db/request?timeout=2s&integers=string [\"SELECT 1\", [\"SELECT ?\", 123456789012345678901]]",
                    "/insert?timeout=2s {\"dbname\":\"shop\",\"table\":\"t\",\"records\":[{\"id\":1,\"v\":\"x\"},{\"id\":2}]}",
                    "/insert?timeout=2s {\"dbname\":\"shop\",\"table\":\"t\",\"values\":\"NULL, \\\"x\\\"\"}",
                    "/update?timeout=2s {\"dbname\":\"shop\",\"table\":\"t\",\"set\":\"v = \\\"y\\\"\",\"where\":\"id = 1\"}",
                    "/delete?timeout=2s {\"dbname\":\"shop\",\"table\":\"t\",\"where\":\"id IN (1, 2)\"}",
                    "/createtable?timeout=2s&dbname=shop&table=u {\"columns\":[{\"Name\":\"n\",\"DataType\":\"VARCHAR(50)\"}]}",
                    "/createtable?dbname=shop&table=w&schema=id%20INT%20PRIMARY%20KEY ",
                    "/createdb?name=shop&timeout=2s ",
                    "/leader?timeout=1s {\"id\":2}",
                    "/accounts?timeout=2s {\"user\":\"zoe\",\"password\":\"secret\",\"host\":\"%\"}",
                    "/accounts/grant?timeout=2s {\"user\":\"zoe\",\"database\":\"shop\",\"rights\":[\"SELECT\"]}",
                    "/tokens?timeout=2s {\"name\":\"cart\",\"days\":30}",
                    "/tx?db=shop ",
                    "/tx/abc/commit ");

    @TempDir private static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(RequestFuzzTest::impatient);
        node.replica.leads(server.newReign()).serves(server.server().http());
        server.execute("CREATE DATABASE shop");
        server.execute("CREATE TABLE shop.t (id INT PRIMARY KEY, v VARCHAR(20))");
    }

    private static HttpConfig impatient(HttpConfig config) {
        return new HttpConfig(
                config.listen(),
                config.hosts(),
                config.getWrites(),
                config.authentication(),
                config.version(),
                AbuseTest.SMALL,
                config.sql(),
                config.tls());
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    private static byte[] post(String target, byte[] body) {
        String head =
                "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(target, body.length);
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    /// What comes back until the connection ends.
    private static String answer(byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.door.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(request);
            socket.shutdownOutput();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            in.transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private static void assertNoDefect(String answer) {
        if (!answer.isEmpty()) {
            assertThat(answer).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 500");
        }
        if (answer.startsWith("HTTP/1.1 4")) {
            assertThat(answer).containsAnyOf("{\"error\":{\"code\":", "{\"results\":[");
        }
    }

    private static String target(String request) {
        return request.substring(0, request.indexOf(' '));
    }

    private static byte[] body(String request) {
        return request.substring(request.indexOf(' ') + 1).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void bodiesWithDamage() throws Exception {
        for (String request : BODIES) {
            assertNoDefect(answer(post(target(request), body(request))));
            Fuzz.of(List.of(body(request)))
                    .run(
                            CASES / BODIES.size(),
                            bytes -> assertNoDefect(answer(post(target(request), bytes))));
        }

        assertThat(node.get("/ping").body()).isEqualTo("pong");
    }

    @Test
    void parametersWithDamage() throws Exception {
        for (String request : BODIES) {
            byte[] target = target(request).getBytes(StandardCharsets.UTF_8);
            Fuzz.of(List.of(target))
                    .run(
                            CASES / BODIES.size(),
                            bytes -> {
                                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                                String line = text.replaceAll("[^\\x21-\\x7e]", "%00");
                                assertNoDefect(answer(post(line, body(request))));
                            });
        }
    }

    @Test
    void requestsWithDamageAnywhere() throws Exception {
        List<byte[]> whole =
                BODIES.stream().map(request -> post(target(request), body(request))).toList();
        Fuzz.of(whole).run(CASES, bytes -> assertNoDefect(answer(bytes)));

        assertThat(node.get("/ping").body()).isEqualTo("pong");
    }

    @Test
    void numbersBeyondAnyMeasure() throws Exception {
        List<String> numbers =
                List.of(
                        "1e999999999",
                        "-1e999999999",
                        "1e-999999999",
                        "1e99999999999",
                        "0e999999999",
                        "9".repeat(700),
                        "0." + "0".repeat(700) + "1");
        List<String> requests =
                List.of(
                        "/db/execute?db=shop [[\"INSERT INTO t VALUES (1, ?)\", N]]",
                        "/db/query [[\"SELECT :n\", {\"n\": N}]]",
                        "/insert {\"dbname\":\"shop\",\"table\":\"t\",\"records\":{\"id\":N}}",
                        "/leader {\"id\":N}",
                        "/tokens {\"name\":\"cart\",\"days\":N}",
                        "/accounts {\"user\":N}",
                        "/delete {\"dbname\":\"shop\",\"table\":\"t\",\"where\":N}");
        for (String request : requests) {
            for (String number : numbers) {
                assertNoDefect(answer(post(target(request), body(request.replace("N", number)))));
            }
        }
    }

    @Test
    void whoSomebodySaysToBe() {
        List<byte[]> samples =
                List.of(
                        "Basic em9lOnNlY3JldA==".getBytes(StandardCharsets.US_ASCII),
                        ("Bearer zoe." + "a".repeat(43)).getBytes(StandardCharsets.US_ASCII));
        Fuzz.Outcome outcome =
                Fuzz.of(samples)
                        .refusedBy(FlotillaException.class)
                        .run(
                                20_000,
                                bytes ->
                                        Credentials.of(
                                                saying(
                                                        new String(
                                                                bytes,
                                                                StandardCharsets.ISO_8859_1))));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static Request saying(String authorization) {
        return new Request(
                "GET",
                "/whoami",
                null,
                new Headers(List.of(new Headers.Field("Authorization", authorization))),
                "192.0.2.7",
                false,
                () -> new byte[0],
                Deadline.in(Duration.ofSeconds(1), Asker.unknown()));
    }
}
