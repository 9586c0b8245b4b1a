package io.flotilla.system;

import io.flotilla.bench.FleetSetup;
import io.flotilla.tls.FleetCertificates;
import io.flotilla.tls.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The certificates of fleets of three with TLS on all their ports; meanwhile the clients of the tests, which believe
/// whom this process believes, believe its authority.
final class FleetAuthority implements BeforeAllCallback, AfterAllCallback {
    static final List<Integer> NODES = List.of(1, 2, 3);

    private Path home;
    private FleetCertificates certificates;
    private SSLContext usual;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        home = Files.createTempDirectory("authority").toRealPath();
        usual = SSLContext.getDefault();
        certificates = new FleetCertificates(home.resolve("tls"));
        certificates.issue(NODES, List.of(), 10, false);
        SSLContext.setDefault(Tls.trusting(certificates.authority()));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        SSLContext.setDefault(usual);
        FleetUnderTest.delete(home);
    }

    /// The fleet that is started next has certificates of this authority.
    FleetUnderTest certify(FleetUnderTest place) {
        String own = certificates.directory().resolve("node-" + FleetSetup.NODE).toString();
        return place.with("tls.certificate", own + ".crt")
                .with("tls.key", own + ".key")
                .with("tls.ca", file().toString());
    }

    void renew() {
        try {
            certificates.issue(NODES, List.of(), 20, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file() {
        return certificates.authority();
    }

    /// Where other files of the tests may lie.
    Path home() {
        return home;
    }
}
