package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.util.Utils;
import io.flotilla.bench.CommandRun;
import io.flotilla.consensus.journal.JournalSettings;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A group of nodes in one JVM, over loopback sockets whose wires can be cut.
final class TestGroup implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Longer than in production: tests run on machines that are busy compiling.
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    /// Of a slow group, whose heartbeats are 6 s apart.
    private static final Duration SLOW = Duration.ofSeconds(30);

    final Wires wires = new Wires();
    private final Duration electionTimeout;
    private final Path directory;
    private final String fleet = "fleet-" + UUID.randomUUID();
    private final List<Member> members = new ArrayList<>();
    private final Map<NodeId, TestNode> nodes = new TreeMap<>();

    TestGroup(Path directory, int size) throws IOException {
        this(directory, size, ELECTION_TIMEOUT);
    }

    private TestGroup(Path directory, int size, Duration electionTimeout) throws IOException {
        this.electionTimeout = electionTimeout;
        this.directory = directory;
        // not those that the system gives to outgoing connections: one might be taken meanwhile
        List<Integer> ports = CommandRun.freePorts(size);
        for (int i = 1; i <= size; i++) {
            int port = ports.get(i - 1);
            NodeId id = new NodeId(i);
            members.add(
                    new Member(
                            id, "127.0.0.1", port, URI.create("http://localhost:" + (8000 + i))));
            wires.node(id, port);
        }
    }

    static TestGroup started(Path directory, int size) throws IOException {
        TestGroup group = new TestGroup(directory, size);
        group.members.forEach(member -> group.start(member.id()));
        return group;
    }

    /// A group whose heartbeats are far apart, with a leader.
    static TestGroup slow(Path directory, int size) throws Exception {
        TestGroup group = new TestGroup(directory, size, SLOW);
        group.members.forEach(member -> group.start(member.id()));
        NodeImpl first = group.node(1).insides().node();
        eventually(
                PATIENCE,
                () -> {
                    NodeInsides.lastLeaderTimestamp(
                            first, Utils.monotonicMs() - SLOW.toMillis() - 1);
                    NodeInsides.handleElectionTimeout(first);
                    assertThat(group.node(1).log.leadership().self()).isTrue();
                });
        return group;
    }

    static final class TestNode {
        final NodeId id;
        final PeerNetwork network;
        final RecordingMachine machine = new RecordingMachine();
        final List<Throwable> deaths = new CopyOnWriteArrayList<>();
        final ReplicatedLog log;

        TestNode(NodeId id, PeerNetwork network, ConsensusConfig config) throws IOException {
            this.id = id;
            this.network = network;
            this.log =
                    Consensus.start(
                            config, network, it -> machine, (what, cause) -> deaths.add(cause));
        }

        CompletableFuture<Long> append(String text) {
            return log.append(log.leadership().term(), text.getBytes(StandardCharsets.UTF_8));
        }

        RaftReplicatedLog insides() {
            return (RaftReplicatedLog) log;
        }
    }

    TestNode start(NodeId id) {
        try {
            Member self = members.get(id.number() - 1);
            ConsensusConfig config = config(id);
            PeerNetwork network =
                    PeerNetwork.start(
                            PeerConfig.of(
                                    fleet,
                                    id,
                                    members,
                                    new InetSocketAddress(
                                            InetAddress.getLoopbackAddress(), self.port()),
                                    Consensus.identity(config)),
                            wires.endsOf(id));
            try {
                TestNode node = new TestNode(id, network, config);
                nodes.put(id, node);
                return node;
            } catch (IOException | RuntimeException e) {
                network.close();
                throw e;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private ConsensusConfig config(NodeId id) {
        ConsensusConfig usual = ConsensusConfig.of("g0", directory(id));
        return new ConsensusConfig(
                usual.group(),
                usual.directory(),
                electionTimeout,
                usual.callTimeout(),
                usual.readIndexTimeout(),
                usual.maxEntryBytes(),
                usual.maxMemoryBytes(),
                JournalSettings.defaults().withSegmentBytes(1 << 20),
                0);
    }

    Path directory(NodeId id) {
        return directory.resolve("node-" + id);
    }

    /// As a clean exit of the process.
    void stop(NodeId id) {
        TestNode node = nodes.remove(id);
        node.log.close();
        node.network.close();
    }

    /// As near as one JVM comes to kill -9: its wires break before it can say anything.
    void kill(NodeId id) {
        isolate(id, Wires.State.DEAD);
        stop(id);
    }

    void isolate(NodeId id, Wires.State state) {
        for (Member member : members) {
            if (!member.id().equals(id)) {
                wires.set(id, member.id(), state);
            }
        }
    }

    void heal() {
        isolateAll(Wires.State.WHOLE);
    }

    private void isolateAll(Wires.State state) {
        members.forEach(member -> isolate(member.id(), state));
    }

    TestNode node(int id) {
        return nodes.get(new NodeId(id));
    }

    Collection<TestNode> nodes() {
        return nodes.values();
    }

    List<TestNode> others(TestNode node) {
        return nodes.values().stream().filter(other -> other != node).toList();
    }

    TestNode leader() throws Exception {
        return leaderAmong(nodes.values());
    }

    static TestNode leaderAmong(Collection<TestNode> candidates) throws Exception {
        TestNode[] found = new TestNode[1];
        eventually(
                PATIENCE,
                () -> {
                    found[0] =
                            candidates.stream()
                                    .filter(node -> node.log.leadership().self())
                                    .findFirst()
                                    .orElseThrow(() -> new AssertionError("nobody leads"));
                });
        return found[0];
    }

    static long get(CompletableFuture<Long> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        List.copyOf(nodes.keySet()).forEach(this::stop);
    }
}
