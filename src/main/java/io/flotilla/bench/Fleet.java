package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.bench.NodeProcess.Part;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Nodes as real processes on this machine, from outside: by their HTTP doors, by signals, by `/proc`.
///
/// Nodes are counted from 1, as in their configuration. Not thread-safe: one thread drives a fleet, while a [Load] runs
/// beside it.
public final class Fleet implements AutoCloseable {
    private static final Duration STARTING = Duration.ofMinutes(3);
    private static final Duration STOPPING = Duration.ofSeconds(30);
    private static final Duration DYING = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Path directory;
    private final List<NodeProcess> nodes;
    private final FleetClient looker;
    private final Thread undertaker = new Thread(this::killEverything, "fleet-undertaker");

    private Fleet(Path directory, List<NodeProcess> nodes, Optional<String> authorization) {
        this.directory = directory;
        this.looker = new FleetClient(LOOK, authorization);
        this.nodes = List.copyOf(nodes);
        Runtime.getRuntime().addShutdownHook(undertaker);
    }

    /// Starts all nodes and waits until they serve.
    public static Fleet start(FleetSetup plan) {
        Fleet fleet = prepare(plan);
        try {
            fleet.startAll();
            fleet.awaitLevel(STARTING);
            return fleet;
        } catch (RuntimeException e) {
            e.addSuppressed(new IllegalStateException(fleet.logs(80)));
            fleet.close();
            throw e;
        }
    }

    /// Writes the configuration; starts nothing.
    static Fleet prepare(FleetSetup plan) {
        return new Fleet(plan.directory(), NodeFiles.write(plan), plan.authorization());
    }

    /// A fleet of any processes, to test this class itself.
    static Fleet of(Path directory, List<NodeProcess> nodes) {
        return new Fleet(directory, nodes, Optional.empty());
    }

    public int size() {
        return nodes.size();
    }

    public NodeProcess node(int number) {
        return nodes.get(number - 1);
    }

    public List<URI> http() {
        return nodes.stream().map(NodeProcess::http).toList();
    }

    public IntStream numbers() {
        return IntStream.rangeClosed(1, nodes.size());
    }

    public List<Integer> others(int number) {
        return numbers().filter(other -> other != number).boxed().toList();
    }

    public void startAll() {
        nodes.forEach(NodeProcess::start);
    }

    /// Starts a node whose JVM has ended again.
    public void restart(int number) {
        node(number).awaitEnd(DYING);
        node(number).start();
    }

    public void killNode(int number) {
        kill(number, Part.JVM);
    }

    public void killServer(int number) {
        kill(number, Part.SERVER);
    }

    public void killBoth(int number) {
        kill(number, Part.BOTH);
    }

    /// `kill -9` of these processes of a node, as near to one instant as can be.
    ///
    /// @return the moment just after, on [System#nanoTime]: what begins later meets the dead
    ///
    /// @throws IllegalStateException when one of them does not run
    public long kill(int number, Part part) {
        return kill(number, part, true);
    }

    /// @param all whether each of these must run
    public long kill(int number, Part part, boolean all) {
        List<Long> pids = new ArrayList<>();
        if (part != Part.SERVER) {
            Optional<Long> jvm = node(number).jvm();
            require(!all || jvm.isPresent(), number, "JVM");
            jvm.ifPresent(pids::add);
        }
        if (part != Part.JVM) {
            List<Long> servers = node(number).servers();
            require(!all || !servers.isEmpty(), number, "server");
            pids.addAll(servers);
        }
        Signal.KILL.sendTo(pids);
        return System.nanoTime();
    }

    /// `kill -9` of whatever runs of these nodes.
    public void killWhatRuns(List<Integer> numbers) {
        List<Long> pids = new ArrayList<>();
        for (int number : numbers) {
            node(number).jvm().ifPresent(pids::add);
            pids.addAll(node(number).servers());
        }
        Signal.KILL.sendTo(pids);
    }

    /// `kill -9` of every process of the fleet.
    public long killAll() {
        List<Long> pids = new ArrayList<>();
        for (NodeProcess node : nodes) {
            node.jvm().ifPresent(pids::add);
            pids.addAll(node.servers());
        }
        Signal.KILL.sendTo(pids);
        return System.nanoTime();
    }

    /// Asks a node to end, as Ctrl-C does.
    public void terminate(int number) {
        node(number).send(Signal.TERM, Part.JVM);
    }

    /// Waits until both processes of a node have ended: a server ends with its JVM.
    public void awaitDead(int number) {
        node(number).awaitEnd(STOPPING);
        Patience.until(
                DYING,
                () -> "the server of node " + number + " ends with its JVM",
                () -> node(number).servers().isEmpty());
    }

    public void freeze(int number, Part part) {
        node(number).send(Signal.STOP, part);
    }

    public void thaw(int number) {
        node(number).send(Signal.CONT, Part.BOTH);
    }

    /// The last transaction that the leader has committed, by its number; 0 when there is no leader.
    public long leaderSeq() {
        return leaderNow().flatMap(this::status).map(NodeStatus::committedSeq).orElse(0L);
    }

    /// The last transaction that a node's server has applied, by its number; 0 when it does not answer or serve.
    public long appliedSeq(int number) {
        return status(number).filter(NodeStatus::serves).map(NodeStatus::appliedSeq).orElse(0L);
    }

    /// Lets each node write into its log what its threads are doing: for when nothing goes on.
    public void askForThreads() {
        nodes.stream()
                .filter(NodeProcess::running)
                .forEach(node -> node.send(Signal.QUIT, NodeProcess.Part.JVM));
    }

    /// Whether every node leads, or could at once.
    public boolean whole() {
        return numbers()
                .allMatch(number ->
                        node(number).running()
                                && status(number).filter(NodeStatus::ready).isPresent());
    }

    /// The node that says it leads, when exactly one does.
    public Optional<Integer> leaderNow() {
        List<Integer> leading =
                numbers()
                        .filter(number -> node(number).running())
                        .filter(this::leads)
                        .boxed()
                        .toList();
        return leading.size() == 1 ? Optional.of(leading.getFirst()) : Optional.empty();
    }

    public int leader() {
        return leader(STARTING);
    }

    public int leader(Duration patience) {
        return Patience.untilPresent(patience, () -> "one leader; " + standings(), this::leaderNow);
    }

    /// The leader, once both its processes run: when it has just been deposed its server may be gone.
    public int leaderWithServer() {
        return Patience.untilPresent(
                STARTING,
                () -> "a leader and its server; " + standings(),
                () -> leaderNow().filter(number -> !node(number).servers().isEmpty()));
    }

    /// The leader, when it is another than this one.
    public int leaderOtherThan(int former, Duration patience) {
        return Patience.untilPresent(
                patience,
                () -> "a leader other than " + former + "; " + standings(),
                () ->
                        others(former).stream()
                                .filter(number -> node(number).running() && leads(number))
                                .findFirst());
    }

    /// What a node says of itself, if it answers.
    public Optional<NodeStatus> status(int number) {
        return looker.look(node(number).http(), "/status").map(NodeStatus::of);
    }

    public Optional<JsonNode> rawStatus(int number) {
        return looker.look(node(number).http(), "/status");
    }

    /// Waits until every node serves, one of them leads, and all servers show the same last transaction, twice in a row:
    /// without writes that is the end of everything.
    public void awaitLevel(Duration patience) {
        awaitLevel(numbers().boxed().toList(), patience);
    }

    public void awaitLevel(List<Integer> members, Duration patience) {
        List<Optional<String>> before = new ArrayList<>(List.of(Optional.empty()));
        Patience.until(
                patience,
                () -> "nodes " + members + " level; " + standings(),
                () -> {
                    Optional<String> position = commonPosition(members);
                    boolean steady = position.isPresent() && position.equals(before.getFirst());
                    before.set(0, position);
                    return steady;
                });
    }

    /// Where all these nodes stand, when they stand at one place.
    public Optional<String> commonPosition(List<Integer> members) {
        List<NodeStatus> seen = members.stream().flatMap(n -> status(n).stream()).toList();
        boolean level =
                seen.size() == members.size()
                        && seen.stream().filter(NodeStatus::leads).count() == 1
                        && seen.stream().allMatch(NodeStatus::serves)
                        && seen.stream()
                                        .flatMap(s -> List.of(s.committed(), s.applied()).stream())
                                        .distinct()
                                        .count()
                                == 1;
        return level ? Optional.of(seen.getFirst().applied()) : Optional.empty();
    }

    /// One line for a person: what each node says of itself.
    public String standings() {
        StringBuilder text = new StringBuilder();
        numbers()
                .forEach(number ->
                        text.append("node ")
                                .append(number)
                                .append(": ")
                                .append(
                                        status(number)
                                                .map(NodeStatus::toString)
                                                .orElseGet(() -> silent(number)))
                                .append("; "));
        return text.toString();
    }

    /// The end of every node's log.
    public String logs(int lines) {
        StringBuilder text = new StringBuilder();
        for (NodeProcess node : nodes) {
            text.append("==== node ").append(node.number()).append(", ").append(node.log());
            text.append(" (pid ").append(node.jvm().map(Object::toString).orElse("none"));
            text.append(", servers ").append(node.servers()).append(")\n");
            node.lastLines(lines).forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    /// Asks all nodes to end, as Ctrl-C does, and waits for it.
    ///
    /// @throws IllegalStateException when one does not end in time, or leaves a process behind
    public void stop() {
        nodes.forEach(node -> node.send(Signal.TERM, Part.JVM));
        nodes.forEach(node -> node.awaitEnd(STOPPING));
        List<ProcessTable.Row> left = ProcessTable.belongingTo(directory);
        if (!left.isEmpty()) {
            throw new IllegalStateException("left behind: " + left);
        }
    }

    /// Ends whatever is left of the fleet, at once.
    @Override
    public void close() {
        killEverything();
        looker.close();
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException shuttingDown) {
            // It runs, or has run: the work is done.
            return;
        }
    }

    private void killEverything() {
        killAll();
        CommandRun.endAllIn(directory);
    }

    private boolean leads(int number) {
        return looker.look(node(number).http(), "/is-master")
                .map(answer -> answer.path("isMaster").asBoolean())
                .orElse(false);
    }

    private String silent(int number) {
        return node(number).running()
                ? "runs, does not answer"
                : "ended with " + node(number).exitCode().map(Object::toString).orElse("nothing");
    }

    private static void require(boolean runs, int number, String part) {
        if (!runs) {
            throw new IllegalStateException("node " + number + " has no " + part + " that runs");
        }
    }
}
