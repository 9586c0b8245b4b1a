package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.tls.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whose certificates are believed when nodes speak HTTPS.
final class CaOption {
    private static final String ENVIRONMENT = "FLOTILLA_CA";

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "the authority to believe, PEM, when nodes speak HTTPS (default: FLOTILLA_CA, that of the"
                            + " fleet in --data, those this machine knows)")
    private @Nullable Path ca;

    /// For all connections this process makes from now on.
    ///
    /// @param plan the fleet that is talked to, if it lies in `directory`
    void believe(FleetDirectory directory, Optional<FleetPlan> plan) {
        Optional.ofNullable(ca)
                .or(() -> Optional.ofNullable(System.getenv(ENVIRONMENT)).map(Path::of))
                .or(() ->
                        plan.filter(FleetPlan::tls).map(_ -> directory.certificates().authority()))
                .ifPresent(CaOption::believe);
    }

    static void believe(Path authority) {
        try {
            HttpsURLConnection.setDefaultSSLSocketFactory(
                    Tls.trusting(authority).getSocketFactory());
        } catch (IllegalArgumentException e) {
            throw new FlotillaException(Failure.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
    }

    /// What to do when a node is not believed.
    static FlotillaException refused(URI node, SSLException e) {
        return new FlotillaException(
                Failure.UNAVAILABLE,
                node
                        + " is not believed: "
                        + e.getMessage()
                        + ". Name the fleet's authority with --ca FILE or "
                        + ENVIRONMENT
                        + "=FILE ('up --tls' keeps it in tls/ca.crt of the fleet's directory)",
                e);
    }
}
