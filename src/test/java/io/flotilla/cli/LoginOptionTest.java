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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a command says of who it is, to a node that wants to know.
final class LoginOptionTest {
    private static final String RIGHT = "Bearer zoe.secret";

    private final List<String> heard = new ArrayList<>();
    @TempDir private Path directory;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String said =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                        .orElse("nothing");
        heard.add(said);
        byte[] bytes = "{\"accounts\":[]}".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"flotilla\"");
        exchange.sendResponseHeaders(said.equals(RIGHT) ? 200 : 401, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private String tokenFile(String token) throws IOException {
        return Files.writeString(directory.resolve("token"), token + "\n").toString();
    }

    @Test
    void aTokenIsSaidToEveryNodeAndForgottenByTheNextCommand() throws IOException {
        assertThat(
                        Flotilla.run(
                                "user",
                                "grant",
                                "zoe",
                                "shop",
                                "--url",
                                url(),
                                "--token-file",
                                tokenFile("zoe.secret")))
                .isZero();
        assertThat(heard).isNotEmpty().containsOnly(RIGHT);

        heard.clear();
        assertThat(Flotilla.run("user", "list", "--url", url())).isEqualTo(1);
        assertThat(heard).containsOnly("nothing");
    }

    @Test
    void aWrongOneEndsTheCommandWithoutASecondTry() throws IOException {
        int code = Flotilla.run("status", "--url", url(), "--token-file", tokenFile("zoe.another"));

        assertThat(code).isEqualTo(1);
        assertThat(heard).containsExactly("Bearer zoe.another");
    }
}
