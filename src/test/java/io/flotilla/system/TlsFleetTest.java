package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import io.flotilla.tls.FleetCertificates;
import io.flotilla.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A fleet with TLS on all its ports: writes at followers, the leader dies, certificates are replaced, the next leader
/// dies.
@Tag("long")
final class TlsFleetTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<Integer> NODES = List.of(1, 2, 3);

    @TempDir private static Path home;
    private static FleetCertificates certificates;
    private static SSLContext usual;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    /// The clients of the tests believe whom this process believes.
    @BeforeAll
    static void believe() throws Exception {
        usual = SSLContext.getDefault();
        certificates = new FleetCertificates(home.resolve("tls"));
        certificates.issue(NODES, List.of(), 10, false);
        SSLContext.setDefault(Tls.trusting(certificates.authority()));
    }

    @AfterAll
    static void believeAsBefore() {
        SSLContext.setDefault(usual);
    }

    @Test
    void losesNothingWhileLeadersDieAndCertificatesAreReplaced() {
        String own = certificates.directory().resolve("node-" + FleetSetup.NODE).toString();
        place.with("tls.certificate", own + ".crt")
                .with("tls.key", own + ".key")
                .with("tls.ca", certificates.authority().toString())
                .with("sql.admin.user", "admin");
        Ordeal.of(
                place,
                ordeal -> {
                    Fleet fleet = ordeal.fleet();
                    int first = fleet.leaderWithServer();
                    int follower = fleet.others(first).getFirst();
                    writesAt(fleet, follower);
                    ordeal.killAndReturn(first, Part.BOTH);
                    Map<Integer, String> before = fingerprints(fleet);
                    renew();
                    Patience.until(
                            SOON,
                            () -> "all nodes have new certificates: " + fingerprints(fleet),
                            () ->
                                    fingerprints(fleet).values().stream()
                                            .noneMatch(before.values()::contains));
                    ordeal.killAndReturn(fleet.leaderWithServer(), Part.BOTH);
                });
    }

    private static void renew() {
        try {
            certificates.issue(NODES, List.of(), 20, true);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<Integer, String> fingerprints(Fleet fleet) {
        Map<Integer, String> fingerprints = new TreeMap<>();
        for (int node : NODES) {
            fingerprints.put(
                    node,
                    fleet.rawStatus(node)
                            .map(status -> status.at("/tls/raft/sha256").asText())
                            .orElse("does not answer " + node));
        }
        return fingerprints;
    }

    private void writesAt(Fleet fleet, int follower) {
        assertThat(place.client().write(fleet.node(follower).http(), "/createdb?name=safe"))
                .isInstanceOf(Outcome.Acknowledged.class);
        int port = fleet.rawStatus(follower).orElseThrow().at("/mysql/port").asInt();
        assertThat(port).isPositive();
        Patience.until(SOON, () -> "MySQL clients are let in", () -> writes(port));
    }

    /// Both drivers look at the certificate and the name in it.
    private static boolean writes(int port) {
        String mariadb =
                "jdbc:mariadb://localhost:"
                        + port
                        + "/safe?sslMode=verify-full&serverSslCert="
                        + certificates.authority();
        String mysql =
                "jdbc:mysql://localhost:"
                        + port
                        + "/safe?sslMode=VERIFY_IDENTITY&trustCertificateKeyStoreType=PKCS12"
                        + "&trustCertificateKeyStorePassword=changeit&trustCertificateKeyStoreUrl=file:"
                        + trustStore();
        try (Connection one = DriverManager.getConnection(mariadb, "admin", "");
                Connection other = DriverManager.getConnection(mysql, "admin", "");
                Statement write = one.createStatement();
                Statement read = other.createStatement()) {
            write.execute("CREATE TABLE IF NOT EXISTS boats (id INT PRIMARY KEY)");
            write.execute("INSERT INTO boats VALUES (1)");
            try (ResultSet rows = read.executeQuery("SELECT id FROM boats")) {
                return rows.next() && rows.getInt(1) == 1;
            }
        } catch (SQLException e) {
            return false;
        }
    }

    private static Path trustStore() {
        Path file = home.resolve("trust.p12");
        try (InputStream in = Files.newInputStream(certificates.authority());
                OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            store.store(out, "changeit".toCharArray());
            return file;
        } catch (java.security.GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
