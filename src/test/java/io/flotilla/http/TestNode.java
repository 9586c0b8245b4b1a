package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.account.Accounts;
import io.flotilla.observe.Observations;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.sql.FakeReplica;
import io.flotilla.sql.SqlConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// An HTTP door with a replica of the test's making behind it, and a client for it.
final class TestNode implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    final FakeReplica replica;
    final TestLink link;
    final HttpDoor door;
    final Accounts accounts;
    final Observations observations = new Observations();

    private TestNode(int id, Map<NodeId, Integer> ports, UnaryOperator<HttpConfig> changed)
            throws IOException {
        replica = new FakeReplica(id, List.of(member(id, 1)));
        link = TestLink.of(id, ports);
        accounts = new Accounts(replica, SqlConfig.defaults());
        HttpConfig config = HttpConfig.defaults(new InetSocketAddress("127.0.0.1", 0));
        door =
                HttpDoor.start(
                        changed.apply(config),
                        replica,
                        link,
                        accounts,
                        observations,
                        InstantSource.system());
    }

    static TestNode start(int id, Map<NodeId, Integer> ports) throws IOException {
        return new TestNode(id, ports, UnaryOperator.identity());
    }

    static TestNode start(int id, Map<NodeId, Integer> ports, UnaryOperator<HttpConfig> changed)
            throws IOException {
        return new TestNode(id, ports, changed);
    }

    static TestNode alone(UnaryOperator<HttpConfig> changed) throws IOException {
        TestNode node = new TestNode(1, TestLink.ports(), changed);
        know(node);
        return node;
    }

    /// Makes nodes know each other.
    static void know(TestNode... nodes) {
        List<Member> members =
                Arrays.stream(nodes)
                        .map(node -> member(node.replica.self().number(), node.door.port()))
                        .toList();
        for (TestNode node : nodes) {
            node.replica.members(members);
        }
    }

    private static Member member(int id, int httpPort) {
        return new Member(
                new NodeId(id), "localhost", 9000 + id, URI.create("http://localhost:" + httpPort));
    }

    URI url(String path) {
        return URI.create("http://localhost:" + door.port() + path);
    }

    Reply get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(url(path)).GET());
    }

    Reply post(String path, String body) throws IOException, InterruptedException {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    Reply post(String path, byte[] body) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(url(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                CLIENT.send(
                        request.build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Reply(response);
    }

    Reply select(String table, String more) throws IOException, InterruptedException {
        return get("/select?dbname=app&table=" + table + more);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String json(Object value) throws IOException {
        return JSON.writeValueAsString(value);
    }

    /// Sends characters of a byte each as they are, and takes all that comes until the server closes the connection.
    String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        accounts.close();
        link.close();
        observations.close();
    }

    record Reply(HttpResponse<String> http) {
        int status() {
            return http.statusCode();
        }

        String body() {
            return http.body();
        }

        String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }

        JsonNode json() throws IOException {
            return JSON.readTree(http.body());
        }

        /// The failure's code, outcome and HTTP status, as in `Rejected not_applied 409`.
        String failure() throws IOException {
            JsonNode error = json().path("error");
            return error.path("code").asText()
                    + " "
                    + error.path("outcome").asText()
                    + " "
                    + status();
        }

        String message() throws IOException {
            return json().path("error").path("message").asText();
        }
    }
}
