package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.tls.FleetCertificates;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        description = {
            "Starts a fleet on this machine, or goes on with the one that is there.",
            "Each node is a process with a MariaDB server of its own. Without --detach the fleet"
                    + " stops with Ctrl-C; with it, by 'down'. Nodes that have ended are started again by"
                    + " another 'up'."
        })
final class UpCommand implements Callable<Integer> {
    @Mixin private DataOption data;
    @Spec private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", description = "how many nodes (default: 3)")
    private @Nullable Integer nodes;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "HTTP port of node 1; node n has the n-th from there (default: 8001)")
    private @Nullable Integer httpPort;

    @Option(
            names = "--sql-port",
            paramLabel = "PORT",
            description = "MySQL port of node 1 for reading and writing (default: 3301)")
    private @Nullable Integer sqlPort;

    @Option(
            names = "--ro-port",
            paramLabel = "PORT",
            description = "MySQL port of node 1 for reading only (default: 3401)")
    private @Nullable Integer readOnlyPort;

    @Option(
            names = "--raft-port",
            paramLabel = "PORT",
            description = "node-to-node port of node 1 (default: 9001)")
    private @Nullable Integer raftPort;

    @Option(
            names = "--tls",
            description =
                    "speak TLS on all ports, with certificates that are made in the fleet's directory; stays so")
    private boolean tls;

    @Option(
            names = "--detach",
            description = "come back when the fleet is up, and leave it running")
    private boolean detach;

    private final Progress progress = Progress.onStandardOutput();

    @Override
    public Integer call() throws InterruptedException {
        Preflight.systemIsSupported(System.getProperty("os.name"), System.getProperty("os.arch"));
        FleetDirectory directory = data.directory();
        Optional<FleetPlan> before = directory.plan();
        FleetPlan plan = plan(before);
        if (plan.tls() && before.equals(Optional.of(plan))) {
            CaOption.believe(directory.certificates().authority());
        }
        if (before.isPresent()) {
            FleetLock.take(directory)
                    .close(); // what is being started or stopped is neither up nor down
        }
        ProcessFile file = new ProcessFile(directory);
        Map<Integer, RecordedProcess> running = file.running();
        if (!running.isEmpty()) {
            refuseToMove(before, plan);
        }
        List<Integer> missing =
                plan.numbers().stream().filter(number -> !running.containsKey(number)).toList();
        if (missing.isEmpty()) {
            progress.line("The fleet in " + directory.root() + " is up already.");
            new Welcome(plan, data).print(FleetViews.of(plan), progress);
            return 0;
        }
        Preflight.portsAreFree(plan, missing);
        Preflight.diskHasRoom(directory, plan);
        directory.write(plan);
        if (plan.tls()) {
            certify(directory, plan);
        }
        return start(directory, plan, missing, file);
    }

    private int start(
            FleetDirectory directory, FleetPlan plan, List<Integer> missing, ProcessFile file)
            throws InterruptedException {
        StopOnExit stop;
        try (FleetLock _ = FleetLock.take(directory)) {
            progress.now(
                    Files.exists(directory.programs())
                            ? "looking at the MariaDB server"
                            : "unpacking the MariaDB server");
            Preflight.serverRuns(directory);
            stop = StopOnExit.arm(file, progress);
            new Welcome(plan, data).print(started(directory, plan, missing, stop, file), progress);
        }
        if (detach) {
            stop.disarm();
            progress.line("Stop it with: ./flotilla down" + data.again());
            return 0;
        }
        progress.line("Stop it with Ctrl-C.");
        return new FleetWatch(file, directory, progress).untilTheEnd();
    }

    /// All or nothing: when it fails, what it has started is stopped.
    private Map<Integer, NodeView> started(
            FleetDirectory directory,
            FleetPlan plan,
            List<Integer> missing,
            StopOnExit stop,
            ProcessFile file)
            throws InterruptedException {
        FleetStart start = new FleetStart(directory, plan, progress);
        try {
            start.start(missing);
            return start.awaitLeader();
        } catch (RuntimeException e) {
            stop.disarm();
            progress.line("that did not work: stopping what was started");
            new FleetStop(file, progress).stop(start.started());
            file.write(file.running());
            throw e;
        }
    }

    /// Nodes that have no certificate yet are given one.
    private void certify(FleetDirectory directory, FleetPlan plan) {
        FleetCertificates certificates = directory.certificates();
        List<Integer> without =
                plan.numbers().stream()
                        .filter(number -> !Files.exists(certificates.of(number).certificate()))
                        .toList();
        if (!without.isEmpty()) {
            progress.now("making certificates");
            CertsCommand.issue(certificates, without, List.of(), CertsCommand.DAYS, false);
        }
        CaOption.believe(certificates.authority());
    }

    /// What was asked for, completed by what the directory has, completed by the defaults.
    private FleetPlan plan(Optional<FleetPlan> before) {
        if (nodes != null && before.isPresent() && before.get().nodes() != nodes) {
            throw wrongUsage(
                    "the fleet in "
                            + data.directory().root()
                            + " has "
                            + before.get().nodes()
                            + " nodes; a fleet cannot grow or shrink yet");
        }
        FleetPlan base =
                before.orElseGet(() ->
                        new FleetPlan(
                                newName(),
                                FleetPlan.DEFAULT_NODES,
                                FleetPlan.DEFAULT_HTTP_PORT,
                                FleetPlan.DEFAULT_SQL_PORT,
                                FleetPlan.DEFAULT_READ_ONLY_PORT,
                                FleetPlan.DEFAULT_RAFT_PORT));
        try {
            return new FleetPlan(
                    base.fleet(),
                    or(nodes, base.nodes()),
                    or(httpPort, base.httpPort()),
                    or(sqlPort, base.sqlPort()),
                    or(readOnlyPort, base.readOnlyPort()),
                    or(raftPort, base.raftPort()),
                    tls || base.tls());
        } catch (IllegalArgumentException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private static int or(@Nullable Integer asked, int otherwise) {
        return asked == null ? otherwise : asked;
    }

    private static String newName() {
        return "fleet-%08x".formatted(new SecureRandom().nextInt());
    }

    private void refuseToMove(Optional<FleetPlan> before, FleetPlan plan) {
        if (before.isPresent() && !before.get().equals(plan)) {
            throw new FlotillaException(
                    Failure.CONFLICT,
                    "the fleet in "
                            + data.directory().root()
                            + " runs "
                            + (before.get().tls() == plan.tls()
                                    ? "on other ports (HTTP from " + before.get().httpPort() + ")"
                                    : "without TLS")
                            + "; stop it first: ./flotilla down"
                            + data.again());
        }
    }

    private ParameterException wrongUsage(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
