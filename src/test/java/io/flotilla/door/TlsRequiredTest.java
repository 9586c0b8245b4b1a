package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.tls.CertificatesForTests;
import io.flotilla.tls.Tls;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Doors that take nobody without TLS.
class TlsRequiredTest extends DoorsUnderTest {
    private static CertificatesForTests certificates;

    @Override
    Optional<Tls> tls() throws Exception {
        if (certificates == null) {
            certificates = CertificatesForTests.in(directory.resolve("required"), "node-1");
        }
        return Optional.of(Tls.load(certificates.of("node-1")));
    }

    @Override
    boolean tlsRequired() {
        return true;
    }

    private Connection connect(String mode) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + port(By.FOLLOWER) + "/?sslMode=" + mode,
                "app",
                "secret");
    }

    @Test
    void turnAwayWhoDoesWithoutIt() {
        assertThatThrownBy(() -> connect("disable"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(3159));
    }

    @Test
    void takeWhoDoesNot() throws Exception {
        try (Connection client = connect("trust")) {
            assertThat(value(client, "SELECT 1")).isEqualTo("1");
        }
    }
}
