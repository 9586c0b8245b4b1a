package io.flotilla.replication;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import io.flotilla.consensus.Consensus;
import io.flotilla.consensus.ConsensusConfig;
import io.flotilla.engine.ClientLogin;
import io.flotilla.engine.Engine;
import io.flotilla.engine.EngineConfig;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes with real servers in one JVM, joined by real sockets.
@Tag("system")
class ThreeNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long RESERVE = 1 << 20;

    @TempDir private Path directory;

    private final List<PeerNetwork> networks = new ArrayList<>();
    private final List<Engine> engines = new ArrayList<>();
    private final List<Replication> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
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
                                home.resolve("server"),
                                self.id().number(),
                                Path.of("target/engine").toAbsolutePath()));
        engines.add(engine);
        return Replication.start(
                ReplicationConfig.DEFAULT,
                network,
                engine,
                home.resolve("ddl"),
                machine -> Consensus.start(log, network, machine, ThreeNodesTest::fatal),
                ThreeNodesTest::fatal);
    }

    private static void fatal(String what, Throwable cause) {
        throw new AssertionError(what, cause);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(Replication::close);
        engines.forEach(Engine::close);
        networks.forEach(PeerNetwork::close);
    }

    private Replication leader() throws InterruptedException {
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

    private void everybodyServes() throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (nodes.stream().anyMatch(node -> node.server().isEmpty())) {
            assertThat(deadline.over()).as("nodes that serve").isFalse();
            Thread.sleep(10);
        }
    }

    private static Gtid write(Replication leader, String... statements)
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

    private static long count(Replication node, String sql)
            throws SQLException, InterruptedException {
        try (Connection connection = node.awaitLinearizable(Deadline.in(PATIENCE)).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void whatTheLeaderWroteIsReadEverywhereAtOnce() throws Exception {
        Replication leader = leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        everybodyServes();
        for (int i = 1; i <= 100; i++) {
            write(leader, "INSERT INTO d.t VALUES (" + i + ")");
            assertThat(count(nodes.get(i % 3), "SELECT COUNT(*) FROM d.t")).isEqualTo(i);
        }
    }

    @Test
    void aHandoverKeepsEverythingAndTheOldLeaderFollows() throws Exception {
        Replication leader = leader();
        write(
                leader,
                "CREATE DATABASE d",
                "CREATE TABLE d.t (a INT)",
                "INSERT INTO d.t VALUES (1)");
        // a lead goes only to a node whose server can use it
        everybodyServes();
        leader.handOver(java.util.Optional.empty()).get();
        Replication next = leader();
        assertThat(next).isNotSameAs(leader);
        write(next, "INSERT INTO d.t VALUES (2)");
        everybodyServes();
        for (Replication node : nodes) {
            assertThat(count(node, "SELECT COUNT(*) FROM d.t")).isEqualTo(2);
        }
    }

    @Test
    void aLeaderRefusesWritesWhileNoMajorityHasRoom() throws Exception {
        Replication leader = leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        everybodyServes();
        List<Replication> others = nodes.stream().filter(node -> node != leader).toList();

        others.forEach(node -> node.room().believe(() -> RESERVE / 2));

        eventually(
                PATIENCE,
                () ->
                        assertThatThrownBy(() -> write(leader, "INSERT INTO d.t VALUES (1)"))
                                .isInstanceOfSatisfying(
                                        FlotillaException.class,
                                        e -> {
                                            assertThat(e.failure()).isEqualTo(Failure.OVERLOADED);
                                            assertThat(e.message()).contains("disk.reserve");
                                        }));
        assertThat(leader.reign()).isPresent();

        others.getFirst().room().believe(() -> Long.MAX_VALUE);

        eventually(PATIENCE, () -> write(leader, "INSERT INTO d.t VALUES (2)"));
        assertThat(leader()).isSameAs(leader);
    }

    @Test
    void aStatementThatKeepsAFollowerBusyIsSeenThereAndAtTheLeader() throws Exception {
        Replication leader = leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        everybodyServes();
        int at = nodes.indexOf(leader) == 0 ? 1 : 0;
        Replication follower = nodes.get(at);
        count(follower, "SELECT COUNT(*) FROM d.t");
        try (Connection reader = follower.server().orElseThrow().getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM d.t").close();

            write(leader, "ALTER TABLE d.t ADD COLUMN b INT");

            NodeId id = new NodeId(at + 1);
            eventually(
                    PATIENCE,
                    () -> {
                        assertThat(follower.occupation().orElseThrow().statement())
                                .startsWith("ALTER TABLE d.t");
                        assertThat(leader.followersOccupation().get(id).lasted())
                                .isGreaterThan(Duration.ofSeconds(1));
                    });
        }
        eventually(
                PATIENCE,
                () -> {
                    assertThat(follower.occupation()).isEmpty();
                    assertThat(leader.followersOccupation()).isEmpty();
                });
    }

    @Test
    void whatAStatementMayHaveFilledDifferentlyIsComparedSoon() throws Exception {
        Replication leader = leader();
        write(
                leader,
                "CREATE DATABASE d",
                "CREATE TABLE d.Named (a INT PRIMARY KEY)",
                "INSERT INTO d.Named VALUES (1), (2)",
                "CREATE TABLE d.keyless (a INT)",
                "INSERT INTO d.keyless VALUES (1), (2)",
                "CREATE TABLE d.other (a INT PRIMARY KEY)");
        everybodyServes();

        write(leader, "ALTER TABLE d.Named ADD c CHAR(36) NOT NULL DEFAULT (UUID())");

        // each server has made its own: nobody has a majority
        eventually(
                PATIENCE,
                () ->
                        assertThat(leader.lastVerification().orElseThrow().undecided())
                                .containsExactly("d.Named"));
        assertThat(leader.lastVerification().orElseThrow().objects())
                .allMatch(line -> line.object().equals("d.Named"));

        long before = leader.verifications();
        write(leader, "ALTER TABLE d.keyless ADD id INT AUTO_INCREMENT PRIMARY KEY");

        eventually(PATIENCE, () -> assertThat(leader.verifications()).isGreaterThan(before));
        assertThat(leader.lastVerification().orElseThrow().undecided()).containsExactly("d.Named");
    }

    @Test
    void aReaderThatHoldsAFollowersServerUpIsCut() throws Exception {
        Replication leader = leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        try (Connection registrar = leader.reign().orElseThrow().registrar().getConnection();
                Statement statement = registrar.createStatement()) {
            statement.execute("CREATE USER reader IDENTIFIED BY 'secret'");
            statement.execute("GRANT SELECT ON d.* TO reader");
        }
        everybodyServes();
        Replication follower = nodes.get(nodes.indexOf(leader) == 0 ? 1 : 0);
        count(follower, "SELECT COUNT(*) FROM d.t");
        try (Connection reader =
                        ClientLogin.at(
                                        follower.reading().orElseThrow().socket(),
                                        "reader",
                                        "secret")
                                .getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM d.t").close();

            write(leader, "ALTER TABLE d.t ADD COLUMN b INT");
            write(leader, "INSERT INTO d.t VALUES (1, 2)");

            eventually(
                    PATIENCE,
                    () -> {
                        try (Connection connection =
                                        follower.server().orElseThrow().getConnection();
                                Statement look = connection.createStatement();
                                ResultSet row = look.executeQuery("SELECT b FROM d.t")) {
                            assertThat(row.next()).isTrue();
                        }
                    });
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
    }
}
