package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.node.ConfigText;
import io.flotilla.tls.FleetCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a fleet that `up` made keeps everything.
///
/// `fleet.conf` is written before anything else: it says that the directory is ours, and in which format.
record FleetDirectory(Path root) {
    /// Raised when an older Flotilla could no longer work on the directory.
    static final int FORMAT = 1;

    FleetDirectory {
        root = root.toAbsolutePath().normalize();
    }

    Path fleetFile() {
        return root.resolve("fleet.conf");
    }

    Path processFile() {
        return root.resolve("processes.conf");
    }

    Path lockFile() {
        return root.resolve("lock");
    }

    /// Where the server is unpacked, once for all nodes.
    Path programs() {
        return root.resolve("programs");
    }

    /// Where the nodes' own program is copied to.
    Path applications() {
        return root.resolve("app");
    }

    Path node(int number) {
        return root.resolve("node" + number);
    }

    Path nodeFile(int number) {
        return node(number).resolve("node.conf");
    }

    /// What `up --tls` made.
    FleetCertificates certificates() {
        return new FleetCertificates(root.resolve("tls"));
    }

    Path logs(int number) {
        return node(number).resolve("logs");
    }

    /// The fleet that lives here; empty when the directory is empty or not there.
    ///
    /// @throws FlotillaException if something else lives here, or a newer Flotilla's fleet
    Optional<FleetPlan> plan() {
        if (Files.exists(fleetFile())) {
            return Optional.of(read());
        }
        if (Files.exists(root) && !isEmptyDirectory()) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    root
                            + " holds something that is not a fleet of Flotilla's; name another directory with --data");
        }
        return Optional.empty();
    }

    private boolean isEmptyDirectory() {
        if (!Files.isDirectory(root)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw new FlotillaException(Failure.BAD_REQUEST, root + " cannot be read: " + e, e);
        }
    }

    private FleetPlan read() {
        ConfigText text = ConfigText.read(fleetFile());
        int format = text.as("format", ConfigText::number);
        if (format > FORMAT) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    root
                            + " was written by a newer Flotilla (format "
                            + format
                            + ", this one knows up to "
                            + FORMAT
                            + "); use that version, or another directory with --data");
        }
        FleetPlan plan =
                new FleetPlan(
                        text.text("fleet"),
                        text.as("nodes", ConfigText::number),
                        text.as("http-port", ConfigText::number),
                        text.as("sql-port", ConfigText::number),
                        text.as("ro-port", ConfigText::number),
                        text.as("raft-port", ConfigText::number),
                        text.as("tls", false, ConfigText::onOff));
        text.refuseTheRest();
        return plan;
    }

    void write(FleetPlan plan) {
        try {
            Files.createDirectories(root);
            List<String> lines =
                    List.of(
                            "# A fleet made by ./flotilla up",
                            "format = " + FORMAT,
                            "fleet = " + plan.fleet(),
                            "nodes = " + plan.nodes(),
                            "http-port = " + plan.httpPort(),
                            "sql-port = " + plan.sqlPort(),
                            "ro-port = " + plan.readOnlyPort(),
                            "raft-port = " + plan.raftPort());
            Stream<String> tls = plan.tls() ? Stream.of("tls = on") : Stream.empty();
            Files.write(fleetFile(), Stream.concat(lines.stream(), tls).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
