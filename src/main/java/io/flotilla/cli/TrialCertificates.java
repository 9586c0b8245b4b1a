package io.flotilla.cli;

import io.flotilla.bench.FleetSetup;
import io.flotilla.tls.FleetCertificates;
import io.flotilla.tls.Tls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

/// TLS for a fleet that is measured.
final class TrialCertificates {
    private static final int DAYS = 60;

    private TrialCertificates() {}

    /// The same fleet with TLS on all ports; this process believes its authority from now on.
    static FleetSetup on(FleetSetup plain) {
        FleetCertificates certificates = new FleetCertificates(plain.directory().resolve("tls"));
        List<Integer> nodes = IntStream.rangeClosed(1, plain.nodes()).boxed().toList();
        CertsCommand.issue(certificates, nodes, List.of(), DAYS, false);
        SSLContext.setDefault(Tls.trusting(certificates.authority()));
        String own = certificates.directory().resolve("node-" + FleetSetup.NODE).toString();
        Map<String, String> settings = new HashMap<>(plain.settings());
        settings.put("tls.certificate", own + ".crt");
        settings.put("tls.key", own + ".key");
        settings.put("tls.ca", certificates.authority().toString());
        return new FleetSetup(
                plain.nodes(), plain.directory(), plain.engineHome(), settings, plain.wires());
    }
}
