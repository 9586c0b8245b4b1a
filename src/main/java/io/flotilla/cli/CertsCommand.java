package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.tls.FleetCertificates;
import io.flotilla.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "certs",
        description = {
            "Makes a fleet's certificates: an authority of its own (ca.crt, ca.key) and one for each node"
                    + " (node-1.crt, node-1.key, ...).",
            "Where DIR has an authority already, that issues them. Keep ca.key away from the nodes: who has it can"
                    + " make himself a node."
        })
final class CertsCommand implements Callable<Integer> {
    static final int DAYS = 365;

    @Parameters(
            paramLabel = "DIR",
            arity = "1",
            description = "where they lie; made when it is not there")
    private Path directory = Path.of("");

    @Option(
            names = "--nodes",
            paramLabel = "N",
            split = ",",
            required = true,
            description = "the nodes' numbers, separated by commas")
    private List<Integer> nodes;

    @Option(
            names = "--hosts",
            paramLabel = "HOST",
            split = ",",
            description =
                    "names and addresses, separated by commas, under which clients reach any of them, besides"
                            + " localhost")
    private List<String> hosts = List.of();

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "how long they are good for (default: ${DEFAULT-VALUE})")
    private int days = DAYS;

    @Option(
            names = "--renew",
            description =
                    "replace those that are there; nodes that run take the new ones by themselves")
    private boolean renew;

    @Override
    public Integer call() {
        FleetCertificates certificates =
                new FleetCertificates(directory.toAbsolutePath().normalize());
        issue(certificates, nodes, hosts, days, renew);
        System.out.println(
                "Clients believe " + certificates.authority() + ". In the configuration of:");
        for (int node : nodes) {
            TlsFiles files = certificates.of(node);
            System.out.printf(
                    "%nnode %d%n  tls.certificate = %s%n  tls.key = %s%n  tls.ca = %s%n",
                    node, files.certificate(), files.key(), certificates.authority());
        }
        return 0;
    }

    static void issue(
            FleetCertificates certificates,
            List<Integer> nodes,
            List<String> hosts,
            int days,
            boolean renew) {
        try {
            certificates.issue(nodes, hosts, days, renew);
        } catch (IllegalArgumentException e) {
            throw new FlotillaException(Failure.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    certificates.directory() + " cannot be written to: " + e.getMessage(),
                    e);
        }
    }
}
