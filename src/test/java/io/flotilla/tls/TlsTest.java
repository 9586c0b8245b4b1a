package io.flotilla.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Files, their replacement, and what is said of them.
class TlsTest {
    @TempDir static Path home;
    private static FleetCertificates certificates;

    @TempDir Path dir;
    private TlsFiles files;

    @BeforeAll
    static void issue() throws IOException {
        certificates = new FleetCertificates(home.resolve("tls"));
        certificates.issue(List.of(1, 2), List.of("db.example", "10.0.0.1"), 365, false);
        certificates.issue(
                List.of(new FleetCertificates.Wanted("soon", List.of(), "-9d", 10)), false);
    }

    @BeforeEach
    void place() throws IOException {
        files =
                new TlsFiles(
                        dir.resolve("crt"), dir.resolve("key"), certificates.of(1).authority());
        place(certificates.of(1));
    }

    private void place(TlsFiles from) throws IOException {
        Files.copy(from.certificate(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void issuesCertificatesForTheirOwnersEyesOnly() throws IOException {
        try (var all = Files.list(certificates.directory())) {
            assertThat(all.map(file -> file.getFileName().toString()))
                    .contains(
                            "ca.crt",
                            "ca.key",
                            "node-1.crt",
                            "node-1.key",
                            "node-2.crt",
                            "node-2.key",
                            "soon.crt",
                            "soon.key")
                    .doesNotContain("ca.crt.new");
        }
        assertThat(mode(certificates.directory())).isEqualTo("rwx------");
        assertThat(mode(certificates.of(1).key())).isEqualTo("rw-------");
        assertThat(mode(certificates.directory().resolve("ca.key"))).isEqualTo("rw-------");
        Tls tls = Tls.load(certificates.of(1));
        assertThat(tls.names()).contains("node-1", "localhost", "db.example");
        assertThat(tls.daysLeft()).isEqualTo(364);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void doesNotReplaceACertificateUnasked() throws IOException {
        byte[] before = Files.readAllBytes(certificates.of(2).certificate());

        assertThatThrownBy(() -> certificates.issue(List.of(2), List.of(), 365, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--renew");
        assertThat(Files.readAllBytes(certificates.of(2).certificate())).isEqualTo(before);

        certificates.issue(List.of(2), List.of(), 365, true);
        assertThat(Files.readAllBytes(certificates.of(2).certificate())).isNotEqualTo(before);
        Tls.load(certificates.of(2));
    }

    @Test
    void takesANewPair() throws IOException {
        Tls tls = Tls.load(files);
        AtomicInteger told = new AtomicInteger();
        tls.onChange(context -> told.incrementAndGet());
        SSLContext before = tls.context();
        assertThat(tls.look()).isFalse();

        place(certificates.of(2));

        assertThat(tls.look()).isTrue();
        assertThat(tls.names()).contains("node-2");
        assertThat(tls.context()).isNotSameAs(before);
        assertThat(told).hasValue(1);
        assertThat(tls.state().trouble()).isEmpty();
    }

    @Test
    void keepsTheOldPairWhileTheNewOneIsBroken() throws IOException {
        Tls tls = Tls.load(files);

        Files.copy(
                certificates.of(2).certificate(),
                files.certificate(),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(tls.look()).isFalse();
        assertThat(tls.state().trouble()).as("it may be half-way").isEmpty();
        assertThat(tls.look()).isFalse();
        assertThat(tls.state().trouble()).contains("is not the key of");
        assertThat(tls.names()).contains("node-1");

        Files.copy(certificates.of(2).key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(tls.look()).isTrue();
        assertThat(tls.names()).contains("node-2");
        assertThat(tls.state().trouble()).isEmpty();
    }

    @Test
    void survivesFilesThatAreGone() throws IOException {
        Tls tls = Tls.load(files);

        Files.delete(files.key());
        tls.look();
        tls.look();
        assertThat(tls.state().trouble()).contains("NoSuchFile");

        place(certificates.of(1));
        tls.look();
        assertThat(tls.state().trouble()).isEmpty();
        assertThat(tls.names()).contains("node-1");
    }

    @Test
    void rehearsesWithItself() throws Exception {
        Tls.load(certificates.of(1)).rehearse();

        assertThatThrownBy(() -> Tls.read(expired()).rehearse())
                .isInstanceOf(javax.net.ssl.SSLException.class);
    }

    private static TlsFiles expired() throws IOException {
        certificates.issue(
                List.of(new FleetCertificates.Wanted("late", List.of(), "-9d", 3)), true);
        return certificates.of("late");
    }

    @Test
    void countsTheDays() {
        Tls tls = Tls.load(certificates.of("soon"));

        assertThat(tls.daysLeft()).isZero();
        assertThat(tls.expires()).isBefore(java.time.Instant.now().plus(Duration.ofDays(1)));
    }

    @Test
    void saysThatItExpiresSoon() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(TlsWatch.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        List<Tls> both = List.of(Tls.load(certificates.of("soon")), Tls.load(certificates.of(1)));
        try (TlsWatch watch = TlsWatch.start(both, Duration.ofMillis(1))) {
            assertThat(watch).isNotNull();
            io.flotilla.Eventually.eventually(
                    Duration.ofSeconds(10), () -> assertThat(log.list).isNotEmpty());
            place(certificates.of(2)); // and time for more looks
            io.flotilla.Eventually.eventually(
                    Duration.ofSeconds(10),
                    () -> assertThat(Tls.load(files).names()).contains("node-2"));
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).hasSize(1);
        assertThat(log.list.getFirst().getFormattedMessage()).contains("soon.crt expires on");
    }

    @Test
    void isLookedAtByItself() throws Exception {
        Tls tls = Tls.load(files);
        try (TlsWatch watch = TlsWatch.start(List.of(tls), Duration.ofMillis(10))) {
            assertThat(watch).isNotNull();
            place(certificates.of(2));
            io.flotilla.Eventually.eventually(
                    Duration.ofSeconds(10), () -> assertThat(tls.names()).contains("node-2"));
        }
    }

    @Test
    void readsRsaAndEd25519Keys() throws Exception {
        for (String algorithm : List.of("RSA", "Ed25519")) {
            byte[] key =
                    KeyPairGenerator.getInstance(algorithm)
                            .generateKeyPair()
                            .getPrivate()
                            .getEncoded();
            Path file = dir.resolve(algorithm);
            byte[] pem = Pem.text("PRIVATE KEY", key).getBytes(StandardCharsets.US_ASCII);
            assertThat(Pem.key(file, pem, algorithm).getEncoded()).isEqualTo(key);
        }
    }

    @Test
    void saysWhatIsWrongWithFiles() throws IOException {
        Path old = dir.resolve("old.key");
        Files.writeString(old, "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END");
        Path empty = dir.resolve("empty");
        Files.writeString(empty, "");
        Path none = dir.resolve("none");

        refuses(TlsFiles.of(files.certificate(), old), "PKCS#8");
        refuses(TlsFiles.of(empty, files.key()), "holds no certificate");
        refuses(TlsFiles.of(none, files.key()), "cannot be read");
        refuses(TlsFiles.of(files.certificate(), certificates.of(2).key()), "is not the key of");
    }

    @Test
    void refusesACertificateThatOtherNodesWouldRefuse(@TempDir Path elsewhere) throws IOException {
        TlsFiles others = CertificatesForTests.in(elsewhere.resolve("tls"), "node-1").of("node-1");

        refuses(
                new TlsFiles(others.certificate(), others.key(), files.authority()),
                "would be refused by other nodes");
    }

    private static void refuses(TlsFiles files, String why) {
        assertThatThrownBy(() -> Tls.load(files))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
