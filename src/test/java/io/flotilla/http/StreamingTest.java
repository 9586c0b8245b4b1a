package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sql.LeadingServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Results much larger than the memory that may be used for them.
final class StreamingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// A million rows of 500 bytes; the heap may grow by a tenth of it.
    private static final String MILLION =
            "SELECT seq, REPEAT('x', 500) AS text FROM seq_1_to_1000000";

    private static final long MAX_GROWTH = 48L << 20;

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(config -> config);
        node.replica.leads(server.reign()).serves(server.server().http());
        node.post("/db/execute", "[\"CREATE DATABASE IF NOT EXISTS app\"]");
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    private static String path() {
        return "/db/query?db=app&q=" + TestNode.encode(MILLION);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aMillionRowsPassThroughABoundedHeap() throws Exception {
        long before = heap();
        long most = 0;
        long bytes = 0;
        long looked = 0;
        try (HttpClient client = HttpClient.newHttpClient();
                InputStream body =
                        client.send(
                                        HttpRequest.newBuilder(node.url(path()))
                                                .header("Accept", "application/x-ndjson")
                                                .build(),
                                        HttpResponse.BodyHandlers.ofInputStream())
                                .body()) {
            byte[] buffer = new byte[1 << 16];
            String last = "";
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                bytes += read;
                last = new String(buffer, 0, read, StandardCharsets.UTF_8);
                if (bytes - looked > (100L << 20)) {
                    looked = bytes;
                    most = Math.max(most, heap() - before);
                }
            }
            assertThat(last).endsWith("{\"end\":{\"rows\":1000000}}\n");
        }
        assertThat(bytes).isGreaterThan(500_000_000);
        assertThat(most).isLessThan(MAX_GROWTH);
    }

    private static String reading() throws Exception {
        return server.query(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%seq_1_to_1000000%'"
                        + " AND user = 'flotilla_http'");
    }

    @Test
    void aClientThatGoesAwayStopsItsQuery() throws Exception {
        try (Socket socket = new Socket("localhost", node.door.port())) {
            ask(socket);
            assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
            assertThat(reading()).isEqualTo("1");
        }

        eventually(PATIENCE, () -> assertThat(reading()).isEqualTo("0"));
    }

    @Test
    void aClientThatStopsReadingHoldsItsSessionNoLongerThanItsIdleTime() throws Exception {
        Duration idle = Duration.ofSeconds(2);
        try (TestNode impatient = TestNode.alone(config -> limited(config, idle(idle)))) {
            impatient.replica.leads(server.reign()).serves(server.server().http());
            try (Socket socket = new Socket("localhost", impatient.door.port())) {
                ask(socket);
                assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
                assertThat(reading()).isEqualTo("1");

                // It is still connected, and reads nothing more. The usual idle time is 30 s.
                eventually(Duration.ofSeconds(20), () -> assertThat(reading()).isEqualTo("0"));
            }
        }
    }

    private static HttpConfig limited(HttpConfig config, HttpLimits limits) {
        return new HttpConfig(
                config.listen(),
                config.hosts(),
                config.getWrites(),
                config.authentication(),
                config.version(),
                limits,
                config.sql(),
                config.tls());
    }

    private static HttpLimits idle(Duration idle) {
        HttpLimits usual = HttpLimits.defaults();
        return new HttpLimits(
                usual.maxBody(),
                usual.maxBodies(),
                usual.maxUrl(),
                usual.maxHead(),
                usual.maxConnections(),
                usual.maxRequests(),
                idle,
                usual.bodyPatience(),
                usual.handshake(),
                usual.stop(),
                usual.timeout(),
                usual.maxTimeout(),
                usual.depth(),
                usual.idleChannels());
    }

    private static void ask(Socket socket) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.getOutputStream()
                .write(
                        ("GET " + path() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
    }
}
