package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A fleet with TLS on all its ports: writes at followers, the leader dies, certificates are replaced, the next leader
/// dies.
@Tag("long")
final class TlsFleetTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension static final FleetAuthority AUTHORITY = new FleetAuthority();
    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void losesNothingWhileLeadersDieAndCertificatesAreReplaced() {
        AUTHORITY.certify(place).with("sql.admin.user", "admin");
        Ordeal.of(
                place,
                ordeal -> {
                    Fleet fleet = ordeal.fleet();
                    int first = fleet.leaderWithServer();
                    int follower = fleet.others(first).getFirst();
                    writesAt(fleet, follower);
                    ordeal.killAndReturn(first, Part.BOTH);
                    Map<Integer, String> before = fingerprints(fleet);
                    AUTHORITY.renew();
                    Patience.until(
                            SOON,
                            () -> "all nodes have new certificates: " + fingerprints(fleet),
                            () ->
                                    fingerprints(fleet).values().stream()
                                            .noneMatch(before.values()::contains));
                    ordeal.killAndReturn(fleet.leaderWithServer(), Part.BOTH);
                });
    }

    private static Map<Integer, String> fingerprints(Fleet fleet) {
        Map<Integer, String> fingerprints = new TreeMap<>();
        for (int node : FleetAuthority.NODES) {
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
                        + AUTHORITY.file();
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
        Path file = AUTHORITY.home().resolve("trust.p12");
        try (InputStream in = Files.newInputStream(AUTHORITY.file());
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
