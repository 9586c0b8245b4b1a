package io.flotilla.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates and keys with damage: read, or refused with a sentence; a node that looks for new ones goes on.
final class PemFuzzTest {
    private static final int CASES = 800;

    @Test
    void filesWithDamage(@TempDir Path home) throws Exception {
        FleetCertificates made = new FleetCertificates(home);
        made.issue(List.of(1), List.of(), 10, false);
        Path file = home.resolve("node-1.crt");
        Path key = home.resolve("node-1.key");
        X509Certificate whole = Pem.certificates(file, Files.readAllBytes(file)).getFirst();

        Fuzz.Outcome certificates =
                Fuzz.of(List.of(Files.readAllBytes(file)))
                        .refusedBy(IllegalArgumentException.class)
                        .run(CASES, bytes -> Pem.certificates(file, bytes));
        Fuzz.Outcome keys =
                Fuzz.of(List.of(Files.readAllBytes(key)))
                        .refusedBy(IllegalArgumentException.class)
                        .run(
                                CASES,
                                bytes -> Pem.key(key, bytes, whole.getPublicKey().getAlgorithm()));

        assertThat(certificates.refused()).isPositive();
        assertThat(keys.refused()).isPositive();
    }
}
