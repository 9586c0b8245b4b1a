package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetClient.Answer;
import io.flotilla.bench.NodeProcess;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A fleet that others may reach: everybody must say who they are, all ports speak TLS. Who gets in, who does not, and
/// what is left of their secrets.
@Tag("long")
final class GuardedFleetTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PASSWORD = "a password of its own";
    private static final String HERS = "zoe's password";

    @RegisterExtension static final FleetAuthority AUTHORITY = new FleetAuthority();
    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    private final FleetClient client = new FleetClient(SOON);

    @AfterEach
    void hangUp() {
        client.close();
    }

    @Test
    void letsInWhoMayAndKeepsTheirSecrets() throws Exception {
        Fleet fleet = start();
        int leader = fleet.leaderWithServer();
        URI follower = fleet.node(fleet.others(leader).getFirst()).http();
        refusesWhoMayNot(fleet, follower);
        post(follower, admin(), "/createdb?name=shop");
        post(follower, admin(), "/createtable?dbname=shop&table=t&schema=id%20INT%20PRIMARY%20KEY");

        String token = token(follower);
        for (NodeProcess node : nodes(fleet)) {
            assertThat(insert(node.http(), "Bearer " + token, node.number())).isEqualTo(200);
        }
        fleet.kill(leader, Part.JVM);
        assertThat(insert(follower, "Bearer " + token, 100)).isEqualTo(200);
        fleet.restart(leader);
        Answer revoked =
                client.send(
                        HttpRequest.newBuilder(URI.create(follower + "/tokens/cart"))
                                .header("Authorization", admin())
                                .DELETE());
        assertThat(revoked.status()).as(revoked.body()).isEqualTo(200);
        Patience.until(
                SOON,
                () -> "a revoked token opens no node",
                () ->
                        nodes(fleet).stream()
                                .allMatch(node -> status(node.http(), "Bearer " + token) == 401));

        makesNoiseAtItsPorts(fleet);
        assertThat(insert(follower, admin(), 101)).isEqualTo(200);
        keepsTheirSecrets(fleet, token.substring(token.indexOf('.') + 1));
    }

    private Fleet start() throws IOException {
        Path password = AUTHORITY.home().resolve("password");
        Files.createFile(
                password,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, PASSWORD);
        return AUTHORITY
                .certify(place)
                .with("http.auth", "on")
                .with("sql.tls.required", "on")
                .with("sql.admin.user", "captain")
                .with("sql.admin.password-file", password.toString())
                .start(3);
    }

    private static List<NodeProcess> nodes(Fleet fleet) {
        return fleet.numbers().mapToObj(fleet::node).toList();
    }

    private static String admin() {
        return basic("captain", PASSWORD);
    }

    private static String basic(String user, String password) {
        byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    private void refusesWhoMayNot(Fleet fleet, URI node) throws Exception {
        assertThat(client.get(node, "/status").status()).isEqualTo(401);
        assertThat(client.get(node, "/ping").status()).isEqualTo(200);
        assertThat(status(node, basic("captain", "wrong"))).isEqualTo(401);
        assertThat(status(node, basic("flotilla_http", "wrong"))).isEqualTo(401);
        Patience.until(
                SOON, () -> "the administrator is let in", () -> status(node, admin()) == 200);
        Answer made = post(node, admin(), "/accounts", Map.of("user", "zoe", "password", HERS));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        Answer refused = post(node, basic("zoe", HERS), "/createdb?name=hers");
        assertThat(refused.status()).as(refused.body()).isEqualTo(403);
        assertThat(post(node, basic("zoe", HERS), "/leader", Map.of("id", 1)).status())
                .isEqualTo(403);

        assertThat(said(node.getPort(), "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        int port = fleet.node(fleet.others(0).getFirst()).readWritePort();
        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                "jdbc:mariadb://localhost:" + port + "/?sslMode=disable",
                                "captain",
                                PASSWORD))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(3159));
    }

    private int status(URI node, String authorization) {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(node + "/status"))
                                    .header("Authorization", authorization))
                    .status();
        } catch (IOException e) {
            return 0;
        }
    }

    private Answer post(URI node, String authorization, String path) throws IOException {
        return client.send(
                HttpRequest.newBuilder(URI.create(node + path))
                        .header("Authorization", authorization)
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private Answer post(URI node, String authorization, String path, Map<String, ?> body)
            throws IOException {
        return client.send(
                HttpRequest.newBuilder(URI.create(node + path))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        new ObjectMapper().writeValueAsString(body))));
    }

    private String token(URI node) throws IOException {
        Answer made = post(node, admin(), "/tokens", Map.of("name", "cart"));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json().path("token").asText();
    }

    private int insert(URI node, String authorization, int id) throws IOException {
        Map<String, ?> row = Map.of("dbname", "shop", "table", "t", "records", Map.of("id", id));
        return post(node, authorization, "/insert?timeout=40s", row).status();
    }

    /// What is no protocol at all, at each port of each node.
    private static void makesNoiseAtItsPorts(Fleet fleet) throws IOException {
        Random random = new Random(7);
        for (NodeProcess node : nodes(fleet)) {
            for (int port : listening(node)) {
                for (int i = 0; i < 20; i++) {
                    byte[] noise = new byte[1 + random.nextInt(2000)];
                    random.nextBytes(noise);
                    try (Socket socket = new Socket("127.0.0.1", port)) {
                        socket.getOutputStream().write(noise);
                    } catch (IOException e) {
                        // Refused in the middle of it.
                    }
                }
            }
            assertThat(
                            Files.readString(
                                    node.directory()
                                            .resolveSibling("node-" + node.number() + ".log")))
                    .doesNotContain(
                            "met a defect", "a handler of channels failed", "Exception in thread");
        }
    }

    private static List<Integer> listening(NodeProcess node) throws IOException {
        List<Integer> ports = new ArrayList<>();
        Path file = node.directory().resolveSibling("node-" + node.number() + ".conf");
        for (String line : Files.readAllLines(file)) {
            if (line.contains(".listen = ")) {
                ports.add(Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
            }
        }
        assertThat(ports).hasSize(4);
        return ports;
    }

    private static String said(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Neither passwords nor tokens are in any file of the fleet, whatever its kind, nor in what the system shows of its
    /// processes; and nobody else may enter its directories.
    private void keepsTheirSecrets(Fleet fleet, String token) throws IOException {
        List<String> secrets = List.of(PASSWORD, HERS, token);
        for (NodeProcess node : nodes(fleet)) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(node.directory())))
                    .isEqualTo("rwx------");
            List<Long> pids = new ArrayList<>(node.servers());
            node.jvm().ifPresent(pids::add);
            assertThat(pids).hasSize(2);
            for (long pid : pids) {
                holdNothing(Path.of("/proc/" + pid + "/cmdline"), secrets);
                holdNothing(Path.of("/proc/" + pid + "/environ"), secrets);
            }
            Patience.until(
                    SOON,
                    () -> "node " + node.number() + " tells its status",
                    () -> status(node.http(), admin()) == 200);
            String status =
                    client.send(
                                    HttpRequest.newBuilder(URI.create(node.http() + "/status"))
                                            .header("Authorization", admin()))
                            .body();
            assertThat(status).contains("members").doesNotContain(secrets);
        }
        try (Stream<Path> all = Files.walk(fleet.node(1).directory().getParent())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                holdNothing(file, secrets);
            }
        }
    }

    private static void holdNothing(Path file, List<String> secrets) throws IOException {
        int overlap = 200;
        byte[] buffer = new byte[(1 << 20) + overlap];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            int count;
            while ((count = in.read(buffer, kept, buffer.length - kept)) > 0) {
                String text = new String(buffer, 0, kept + count, StandardCharsets.ISO_8859_1);
                for (String secret : secrets) {
                    assertThat(text.contains(secret)).as("%s in %s", secret, file).isFalse();
                }
                int all = kept + count;
                kept = Math.min(overlap, all);
                System.arraycopy(buffer, all - kept, buffer, 0, kept);
            }
        } catch (NoSuchFileException e) {
            // The server's own, and done with.
        }
    }
}
