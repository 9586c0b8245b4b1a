package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.FreePorts;
import io.flotilla.binlog.Gtid;
import io.flotilla.consensus.Consensus;
import io.flotilla.consensus.ConsensusConfig;
import io.flotilla.engine.Engine;
import io.flotilla.engine.EngineConfig;
import io.flotilla.failure.Deadline;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Nodes with real servers in one JVM, joined by real sockets.
final class NodesInOneJvm implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final long RESERVE = 1 << 20;

    private final Path directory;
    private final ReplicationConfig config;
    private final List<PeerNetwork> networks = new ArrayList<>();
    private final List<Engine> engines = new ArrayList<>();
    private final List<Replication> nodes = new ArrayList<>();

    /// @param directory where their files lie
    /// @param count how many
    NodesInOneJvm(Path directory, int count) throws Exception {
        this(directory, count, ReplicationConfig.DEFAULT);
    }

    NodesInOneJvm(Path directory, int count, ReplicationConfig config) throws Exception {
        this.directory = directory;
        this.config = config;
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            members.add(
                    new Member(
                            new NodeId(i),
                            "127.0.0.1",
                            freePort(),
                            URI.create("http://localhost:" + i)));
        }
        for (Member member : members) {
            nodes.add(node(member, members));
        }
    }

    /// Where a node has its server's files, and nothing else.
    static Path serverOf(Path directory, int number) {
        return directory.resolve("node-" + number).resolve("server");
    }

    List<Replication> nodes() {
        return nodes;
    }

    private Replication node(Member self, List<Member> members) throws Exception {
        Path home = directory.resolve("node-" + self.id());
        InetSocketAddress listen =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), self.port());
        ConsensusConfig log =
                ConsensusConfig.of("g0", home.resolve("log")).withDiskReserve(RESERVE);
        PeerNetwork network =
                PeerNetwork.start(
                        PeerConfig.of("test", self.id(), members, listen, Consensus.identity(log)),
                        PeerSecurity.plain());
        networks.add(network);
        Engine engine =
                Engine.open(
                        EngineConfig.withDefaults(
                                serverOf(directory, self.id().number()),
                                self.id().number(),
                                Path.of("target/engine").toAbsolutePath()));
        engines.add(engine);
        return Replication.start(
                config,
                network,
                engine,
                home.resolve("ddl"),
                machine -> Consensus.start(log, network, machine, NodesInOneJvm::fatal),
                NodesInOneJvm::fatal);
    }

    private static void fatal(String what, Throwable cause) {
        throw new AssertionError(what, cause);
    }

    private static int freePort() {
        return FreePorts.one();
    }

    @Override
    public void close() {
        nodes.forEach(Replication::close);
        engines.forEach(Engine::close);
        networks.forEach(PeerNetwork::close);
    }

    Replication leader() throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!deadline.over()) {
            for (Replication node : nodes) {
                if (node.reign().isPresent()) {
                    return node;
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError(
                "nobody leads: " + nodes.stream().map(Replication::standing).toList());
    }

    void everybodyServes() throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (nodes.stream().anyMatch(node -> node.server().isEmpty())) {
            assertThat(deadline.over()).as("nodes that serve").isFalse();
            Thread.sleep(10);
        }
    }

    static Gtid write(Replication leader, String... statements)
            throws SQLException, InterruptedException {
        Reign reign = leader.reign().orElseThrow();
        try (Reign.Pass pass = reign.enter(Deadline.in(PATIENCE));
                Connection connection = leader.server().orElseThrow().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(pass).isNotNull();
            for (String sql : statements) {
                statement.execute(sql);
            }
            try (ResultSet gtid = statement.executeQuery("SELECT @@last_gtid")) {
                gtid.next();
                Gtid written = Gtid.parse(gtid.getString(1));
                reign.awaitCommitted(written, Deadline.in(PATIENCE));
                return written;
            }
        }
    }

    static long count(Replication node, String sql) throws SQLException, InterruptedException {
        try (Connection connection = node.awaitLinearizable(Deadline.in(PATIENCE)).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
