package io.flotilla.http;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.tls.CertificatesForTests;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir static Path home;
    private static CertificatesForTests fleet;

    @TempDir Path dir;
    private TlsFiles files;
    private Tls tls;
    private TestNode node;

    @BeforeAll
    static void issue() throws IOException {
        fleet = CertificatesForTests.in(home.resolve("fleet"), "node-1", "node-2");
    }

    @BeforeEach
    void start() throws IOException {
        files = TlsFiles.of(dir.resolve("crt"), dir.resolve("key"));
        place("node-1");
        tls = Tls.load(files);
        node =
                TestNode.alone(config ->
                        new HttpConfig(
                                config.listen(),
                                config.hosts(),
                                config.getWrites(),
                                config.authentication(),
                                config.version(),
                                AbuseTest.SMALL,
                                config.sql(),
                                Optional.of(tls)));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private void place(String name) throws IOException {
        Files.copy(
                fleet.of(name).certificate(),
                files.certificate(),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(fleet.of(name).key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static SSLContext trusting() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(fleet.of("node-1").authority().orElseThrow())) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static HttpClient client() throws Exception {
        return HttpClient.newBuilder()
                .sslContext(trusting())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private int get(HttpClient client, String host) throws Exception {
        URI url = URI.create("https://" + host + ":" + node.door.port() + "/livez");
        return client.send(
                        HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private Socket raw() throws IOException {
        Socket socket = new Socket("127.0.0.1", node.door.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private SSLSocket shaken(String... versions) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        trusting()
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), node.door.port());
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(versions);
        socket.startHandshake();
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void answersUnderItsNamesAndAddresses(String host) throws Exception {
        try (HttpClient client = client()) {
            assertThat(get(client, host)).isEqualTo(200);
        }
    }

    @Test
    void isNotBelievedByWhoDoesNotKnowTheAuthority() throws Exception {
        try (HttpClient stranger = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> get(stranger, "localhost")).isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void speaks(String version) throws Exception {
        try (SSLSocket socket = shaken(version)) {
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    @Test
    void refusesOlderVersions() {
        assertThatThrownBy(() -> shaken("TLSv1.1")).isInstanceOf(IOException.class);
    }

    @Test
    void tellsWhoSpeaksWithoutTls() throws Exception {
        try (Socket socket = raw()) {
            socket.getOutputStream()
                    .write(
                            "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String said =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(said).startsWith("HTTP/1.1 400 ").contains("this port speaks HTTPS");
        }
    }

    @Test
    void cutsOffWhoDripsItsHandshakeWhileOthersAreServed() throws Exception {
        try (Socket socket = raw();
                HttpClient client = client()) {
            // A record of 16,000 bytes, byte by byte.
            socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0x3e, (byte) 0x80, 1});
            assertThat(get(client, "localhost")).isEqualTo(200);
            eventually(
                    PATIENCE,
                    () ->
                            assertThatThrownBy(() -> socket.getOutputStream().write(1))
                                    .isInstanceOf(IOException.class));
        }
    }

    @Test
    void keepsWhoShookHandsInTime() throws Exception {
        try (SSLSocket socket = shaken("TLSv1.3")) {
            Thread.sleep(700); // longer than a handshake may take
            socket.getOutputStream()
                    .write(
                            "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(
                            new String(
                                    socket.getInputStream().readAllBytes(),
                                    StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void takesANewCertificateWhileConnectionsStayOpen() throws Exception {
        try (SSLSocket before = shaken("TLSv1.3")) {
            assertThat(shown(before)).isEqualTo("CN=node-1");

            place("node-2");
            assertThat(tls.look()).isTrue();

            try (SSLSocket after = shaken("TLSv1.3")) {
                assertThat(shown(after)).isEqualTo("CN=node-2");
            }
            before.getOutputStream()
                    .write(
                            "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(
                            new String(
                                    before.getInputStream().readAllBytes(),
                                    StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    private static String shown(SSLSocket socket) throws SSLException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }
}
