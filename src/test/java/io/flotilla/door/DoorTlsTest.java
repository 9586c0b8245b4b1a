package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerSecurity;
import io.flotilla.tls.CertificatesForTests;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsFiles;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Both drivers under TLS, which ends at the door; between the nodes there is another one.
class DoorTlsTest extends DoorsUnderTest {
    private static CertificatesForTests nodes;

    private static Path certificate() {
        return directory.resolve("door.crt");
    }

    private static Path key() {
        return directory.resolve("door.key");
    }

    @Override
    Optional<Tls> tls() throws Exception {
        if (!Files.exists(key())) {
            make();
        }
        return Optional.of(Tls.load(TlsFiles.of(certificate(), key())));
    }

    @Override
    PeerSecurity security(NodeId node) throws Exception {
        if (nodes == null) {
            nodes = CertificatesForTests.in(directory.resolve("nodes"), "node-1", "node-2");
        }
        return PeerSecurity.mutual(Tls.load(nodes.of("node-" + node)));
    }

    private static void make() throws Exception {
        Path store = directory.resolve("door.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "door",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=door",
                                "-ext",
                                "SAN=ip:127.0.0.1,dns:localhost",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "changeit",
                                "-keystore",
                                store.toString())
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        write(certificate(), "CERTIFICATE", keys.getCertificate("door").getEncoded());
        write(key(), "PRIVATE KEY", keys.getKey("door", "changeit".toCharArray()).getEncoded());
    }

    private static void write(Path file, String what, byte[] bytes) throws Exception {
        String text = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what));
    }

    private Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, "app", "secret");
    }

    @ParameterizedTest
    @EnumSource
    void carriesMariaDbsDriverWhichChecksTheCertificate(By by) throws Exception {
        try (Connection client =
                connect(
                        "jdbc:mariadb://127.0.0.1:"
                                + port(by)
                                + "/?sslMode=verify-full&serverSslCert="
                                + certificate())) {
            assertCarries(client, by == By.LEADER ? 100 : 101);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void carriesMySqlsDriver(String version) throws Exception {
        try (Connection client =
                connect(
                        "jdbc:mysql://127.0.0.1:"
                                + port(By.FOLLOWER)
                                + "/?sslMode=REQUIRED&tlsVersions="
                                + version)) {
            assertCarries(client, version.endsWith("2") ? 102 : 103);
        }
    }

    /// More in both directions than any buffer holds.
    private static void assertCarries(Connection client, int id) throws SQLException {
        String text = "é".repeat(3 << 20);
        try (PreparedStatement insert =
                client.prepareStatement("REPLACE INTO shop.boats VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, text);
            insert.execute();
        }
        assertThat(value(client, "SELECT name FROM shop.boats WHERE id = " + id)).isEqualTo(text);
        for (int i = 0; i < 100; i++) {
            assertThat(value(client, "SELECT " + i)).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void doesNotAskForIt() throws Exception {
        assertThat(value(connect(port(By.FOLLOWER)), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void refusesInternalAccountsUnderItToo() {
        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                "jdbc:mariadb://127.0.0.1:" + port(By.FOLLOWER) + "/?sslMode=trust",
                                "flotilla_admin",
                                "secret"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
    }

    @Test
    void saysWhatIsWrongWithAKey() throws Exception {
        Path wrong = directory.resolve("wrong.key");
        Files.write(wrong, "-----BEGIN RSA PRIVATE KEY-----\n".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> Tls.load(TlsFiles.of(certificate(), wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PKCS#8");
    }
}
