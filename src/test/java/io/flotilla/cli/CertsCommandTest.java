package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.flotilla.tls.FleetCertificates;
import io.flotilla.tls.Tls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates from the command line, and whom it believes.
class CertsCommandTest {
    @TempDir private Path root;
    private final SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void reset() {
        System.setOut(realOut);
        System.setErr(realErr);
        HttpsURLConnection.setDefaultSSLSocketFactory(before);
    }

    private String said() {
        String text = said.toString(StandardCharsets.UTF_8);
        said.reset();
        return text;
    }

    @Test
    void makesWhatANodesConfigurationNames() throws IOException {
        Path dir = root.resolve("certs");

        assertThat(
                        Flotilla.run(
                                "certs",
                                dir.toString(),
                                "--nodes",
                                "1,2",
                                "--hosts",
                                "db.example,::1"))
                .as(said())
                .isZero();
        byte[] authority = Files.readAllBytes(dir.resolve("ca.crt"));
        Tls first = Tls.load(new FleetCertificates(dir).of(1));
        assertThat(first.names()).contains("node-1", "db.example");

        assertThat(Flotilla.run("certs", dir.toString(), "--nodes", "3")).isZero();
        assertThat(said())
                .contains("node 3", "tls.certificate = " + dir.resolve("node-3.crt"), "tls.ca = ");
        assertThat(Files.readAllBytes(dir.resolve("ca.crt"))).isEqualTo(authority);
        Tls.load(new FleetCertificates(dir).of(3));

        assertThat(Flotilla.run("certs", dir.toString(), "--nodes", "1")).isEqualTo(1);
        assertThat(said()).contains("is there already; to replace it say --renew");
    }

    @Test
    void refusesWhatIsNoHost() {
        assertThat(
                        Flotilla.run(
                                "certs",
                                root.resolve("certs").toString(),
                                "--nodes",
                                "1",
                                "--hosts",
                                "a b"))
                .isEqualTo(1);
        assertThat(said()).contains("'a b' is no host's name");
    }

    @Test
    void believesOnlyTheAuthorityItWasTold() throws IOException {
        FleetCertificates fleet = new FleetCertificates(root.resolve("fleet"));
        fleet.issue(java.util.List.of(1), java.util.List.of(), 5, false);
        FleetCertificates others = new FleetCertificates(root.resolve("others"));
        others.issue(java.util.List.of(1), java.util.List.of(), 5, false);
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(Tls.load(fleet.of(1)).context()));
        server.createContext(
                "/",
                exchange -> {
                    byte[] body =
                            "{\"results\":[{\"columns\":[\"a\"],\"types\":[\"int\"],\"values\":[[42]]}]}"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            String url = "https://localhost:" + server.getAddress().getPort();

            assertThat(sql(url)).contains("is not believed", "--ca FILE");
            assertThat(sql(url, "--ca", others.authority().toString()))
                    .contains("is not believed", "is not trusted here");
            assertThat(sql(url, "--ca", fleet.authority().toString())).contains("42");
            assertThat(sql(url, "--ca", root.resolve("none").toString()))
                    .contains("cannot be read");
        } finally {
            server.stop(0);
        }
    }

    private String sql(String url, String... more) {
        String[] command = {"sql", "--url", url, "-e", "SELECT 42"};
        String[] all = java.util.Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        Flotilla.run(all);
        return said();
    }
}
