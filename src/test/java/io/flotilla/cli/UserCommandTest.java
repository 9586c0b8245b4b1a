package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the command asks of a node.
final class UserCommandTest {
    private final List<String> asked = new ArrayList<>();
    @TempDir private Path directory;
    private HttpServer server;
    private String password = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        password = Files.writeString(directory.resolve("password"), "of her own\n").toString();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/accounts")) {
            asked.add(exchange.getRequestMethod() + " " + path + " " + body);
        }
        byte[] bytes = "{\"accounts\":[]}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("user"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", "http://127.0.0.1:" + server.getAddress().getPort()));
        return Flotilla.run(all.toArray(String[]::new));
    }

    @Test
    void asksForWhatItIsTold() {
        assertThat(run("list")).isZero();
        assertThat(run("add", "zoe", "--password-file", password, "--admin")).isZero();
        assertThat(run("passwd", "zoe", "--host", "10.0.0.1", "--password-file", password))
                .isZero();
        assertThat(run("grant", "zoe", "shop", "SELECT", "CREATE VIEW")).isZero();
        assertThat(run("revoke", "zoe", "shop")).isZero();

        assertThat(asked)
                .containsExactly(
                        "GET /accounts ",
                        "POST /accounts {\"user\":\"zoe\",\"host\":\"%\",\"password\":\"of her own\",\"administrator\":true}",
                        "POST /accounts/password {\"user\":\"zoe\",\"host\":\"10.0.0.1\",\"password\":\"of her own\"}",
                        "POST /accounts/grant {\"user\":\"zoe\",\"host\":\"%\",\"database\":\"shop\","
                                + "\"rights\":[\"SELECT\",\"CREATE VIEW\"]}",
                        "POST /accounts/revoke {\"user\":\"zoe\",\"host\":\"%\",\"database\":\"shop\"}");
    }

    @Test
    void dropsByName() {
        assertThat(run("drop", "zoe")).isZero();

        assertThat(asked).containsExactly("DELETE /accounts ");
    }

    @Test
    void isExplained() {
        assertThat(Flotilla.run("user", "add", "--help")).isZero();
        assertThat(Flotilla.run("help", "user")).isZero();
        assertThat(run()).isEqualTo(2);
    }
}
