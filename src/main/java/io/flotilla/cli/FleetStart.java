package io.flotilla.cli;

import io.flotilla.account.AccountName;
import io.flotilla.account.AdministratorConfig;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.node.NodeConfig;
import io.flotilla.node.NodeConfig.Durability;
import io.flotilla.node.NodeConfigFile;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Starts the nodes of a fleet that do not run, and waits until one leads and the others have found their places.
final class FleetStart {
    /// Until a node leads. A first start makes a data directory for each; recovery after a crash takes its time.
    private static final Duration LEADER_PATIENCE = Duration.ofMinutes(5);

    /// For the others, once there is a leader.
    private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(60);

    /// Without a password: nobody reaches the nodes from another machine.
    private static final AdministratorConfig FIRST_ADMINISTRATOR =
            new AdministratorConfig(
                    new AccountName(FleetPlan.ADMINISTRATOR, AccountName.ANYWHERE),
                    Optional.empty());

    private static final long LOOK_MILLIS = 200;

    private final FleetDirectory directory;
    private final FleetPlan plan;
    private final ProcessFile file;
    private final Progress progress;
    private final Map<Integer, RecordedProcess> started = new TreeMap<>();

    FleetStart(FleetDirectory directory, FleetPlan plan, Progress progress) {
        this.directory = directory;
        this.plan = plan;
        this.file = new ProcessFile(directory);
        this.progress = progress;
    }

    /// Those this command has started, also when it failed half-way.
    synchronized Map<Integer, RecordedProcess> started() {
        return Map.copyOf(started);
    }

    void start(Collection<Integer> numbers) {
        Map<Integer, RecordedProcess> all = new TreeMap<>(file.running());
        NodeJvm jvm = new NodeJvm(directory);
        for (int number : numbers) {
            progress.now("starting node " + number);
            configure(number);
            launch(number, jvm, all);
        }
    }

    private synchronized void launch(int number, NodeJvm jvm, Map<Integer, RecordedProcess> all) {
        Process process = jvm.start(number);
        RecordedProcess recorded =
                RecordedProcess.of(process.pid())
                        .orElseThrow(() ->
                                new FlotillaException(Failure.UNAVAILABLE, lastWords(number)));
        started.put(number, recorded);
        all.put(number, recorded);
        file.write(all);
    }

    private void configure(int number) {
        List<Member> members =
                plan.numbers().stream()
                        .map(n ->
                                new Member(
                                        new NodeId(n),
                                        FleetPlan.BIND,
                                        plan.raftPort(n),
                                        plan.http(n)))
                        .toList();
        NodeConfig config =
                new NodeConfig(
                        plan.fleet(),
                        new NodeId(number),
                        directory.node(number),
                        members,
                        NodeConfig.Http.local(bind(plan.httpPort(number))),
                        NodeConfig.Doors.of(
                                Optional.of(bind(plan.sqlPort(number))),
                                Optional.of(bind(plan.readOnlyPort(number)))),
                        certificates(number),
                        new NodeConfig.Raft(
                                bind(plan.raftPort(number)),
                                NodeConfig.Raft.DEFAULT_ELECTION_TIMEOUT,
                                0,
                                NodeConfig.Raft.DEFAULT_LAG_MAX,
                                NodeConfig.Raft.DEFAULT_DISK_RESERVE,
                                NodeConfig.Raft.DEFAULT_VERIFY_EVERY),
                        new NodeConfig.Engine(
                                directory.programs(),
                                Optional.empty(),
                                plan.nodes() == 1 ? Durability.STRICT : Durability.RELAXED,
                                NodeConfig.Engine.DEFAULT_BUFFER_POOL_BYTES),
                        NodeConfig.Scheduling.ADAPTIVE,
                        Optional.of(FIRST_ADMINISTRATOR));
        try {
            Files.createDirectories(directory.node(number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        NodeConfigFile.write(config, directory.nodeFile(number));
    }

    private NodeConfig.Certificates certificates(int number) {
        return plan.tls()
                ? NodeConfig.Certificates.of(directory.certificates().of(number))
                : NodeConfig.Certificates.NONE;
    }

    private static InetSocketAddress bind(int port) {
        return new InetSocketAddress(FleetPlan.BIND, port);
    }

    /// Waits; `FlotillaException` when a node this command started has ended, or nobody leads in time.
    ///
    /// @return what each node says of itself
    Map<Integer, NodeView> awaitLeader() throws InterruptedException {
        long begin = System.nanoTime();
        long leaderSince = 0;
        while (true) {
            Map<Integer, NodeView> views = FleetViews.of(plan);
            boolean led = views.values().stream().anyMatch(NodeView::leads);
            leaderSince = !led ? 0 : leaderSince == 0 ? System.nanoTime() : leaderSince;
            if (led && (allSettled(views) || since(leaderSince).compareTo(SETTLE_PATIENCE) > 0)) {
                return views;
            }
            refuseTheDead();
            if (!led && since(begin).compareTo(LEADER_PATIENCE) > 0) {
                throw new FlotillaException(
                        Failure.UNAVAILABLE,
                        "no node leads after "
                                + LEADER_PATIENCE.toMinutes()
                                + " minutes: "
                                + describe(views));
            }
            progress.now(describe(views) + seconds(since(begin)));
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private boolean allSettled(Map<Integer, NodeView> views) {
        return plan.numbers().stream()
                .allMatch(n ->
                        Optional.ofNullable(views.get(n)).map(NodeView::settled).orElse(false));
    }

    private void refuseTheDead() {
        started()
                .forEach((number, process) -> {
                    if (!file.runs(number, process)) {
                        throw new FlotillaException(Failure.UNAVAILABLE, lastWords(number));
                    }
                });
    }

    private String lastWords(int number) {
        return "node "
                + number
                + " has ended before it was ready; its last words:\n"
                + LogTail.of(directory.logs(number));
    }

    private String describe(Map<Integer, NodeView> views) {
        List<String> parts =
                plan.numbers().stream()
                        .map(n ->
                                "node "
                                        + n
                                        + " "
                                        + Optional.ofNullable(views.get(n))
                                                .map(NodeView::role)
                                                .orElse("starting"))
                        .toList();
        return String.join(", ", parts);
    }

    /// Every ten seconds where each change is a line of its own.
    private static String seconds(Duration passed) {
        long tens = passed.toSeconds() / 10 * 10;
        return tens == 0 ? "" : " (" + tens + " s)";
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
