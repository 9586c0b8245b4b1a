package io.flotilla.replication;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.replication.NodesInOneJvm.PATIENCE;
import static io.flotilla.replication.NodesInOneJvm.RESERVE;
import static io.flotilla.replication.NodesInOneJvm.count;
import static io.flotilla.replication.NodesInOneJvm.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.ClientLogin;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes with real servers.
@Tag("system")
class ThreeNodesTest {
    @TempDir private Path directory;

    private NodesInOneJvm fleet;

    @BeforeEach
    void start() throws Exception {
        fleet = new NodesInOneJvm(directory, 3);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void whatTheLeaderWroteIsReadEverywhereAtOnce() throws Exception {
        Replication leader = fleet.leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        fleet.everybodyServes();
        for (int i = 1; i <= 100; i++) {
            write(leader, "INSERT INTO d.t VALUES (" + i + ")");
            assertThat(count(fleet.nodes().get(i % 3), "SELECT COUNT(*) FROM d.t")).isEqualTo(i);
        }
    }

    @Test
    void aLeaderNotesTheSchemaThatItsFollowersHave() throws Exception {
        Replication leader = fleet.leader();
        fleet.everybodyServes();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        Gtid last = write(leader, "CREATE VIEW d.v AS SELECT a FROM d.t");
        int number = 1 + fleet.nodes().indexOf(leader);

        for (int node = 1; node <= 3; node++) {
            Path marks = directory.resolve("node-" + node).resolve("ddl").resolve("marks");
            String noted = node == number ? " settled " : " done ";
            eventually(
                    NodesInOneJvm.PATIENCE,
                    () -> assertThat(Files.readString(marks)).contains(noted + last + " "));
        }
        List<String> digests = new ArrayList<>();
        for (int node = 1; node <= 3; node++) {
            GateFiles gates = new GateFiles(directory.resolve("node-" + node).resolve("ddl"));
            digests.add(gates.schemaAfter(last.seq()).orElseThrow());
        }
        assertThat(Set.copyOf(digests)).hasSize(1);
    }

    @Test
    void aHandoverKeepsEverythingAndTheOldLeaderFollows() throws Exception {
        Replication leader = fleet.leader();
        write(
                leader,
                "CREATE DATABASE d",
                "CREATE TABLE d.t (a INT)",
                "INSERT INTO d.t VALUES (1)");
        // a lead goes only to a node whose server can use it
        fleet.everybodyServes();
        leader.handOver(java.util.Optional.empty()).get();
        Replication next = fleet.leader();
        assertThat(next).isNotSameAs(leader);
        write(next, "INSERT INTO d.t VALUES (2)");
        fleet.everybodyServes();
        for (Replication node : fleet.nodes()) {
            assertThat(count(node, "SELECT COUNT(*) FROM d.t")).isEqualTo(2);
        }
    }

    @Test
    void aLeaderRefusesWritesWhileNoMajorityHasRoom() throws Exception {
        Replication leader = fleet.leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        fleet.everybodyServes();
        List<Replication> others = fleet.nodes().stream().filter(node -> node != leader).toList();

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
        assertThat(fleet.leader()).isSameAs(leader);
    }

    @Test
    void aStatementThatKeepsAFollowerBusyIsSeenThereAndAtTheLeader() throws Exception {
        Replication leader = fleet.leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        fleet.everybodyServes();
        int at = fleet.nodes().indexOf(leader) == 0 ? 1 : 0;
        Replication follower = fleet.nodes().get(at);
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
        Replication leader = fleet.leader();
        write(
                leader,
                "CREATE DATABASE d",
                "CREATE TABLE d.Named (a INT PRIMARY KEY)",
                "INSERT INTO d.Named VALUES (1), (2)",
                "CREATE TABLE d.keyless (a INT)",
                "INSERT INTO d.keyless VALUES (1), (2)",
                "CREATE TABLE d.other (a INT PRIMARY KEY)");
        fleet.everybodyServes();

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
        Replication leader = fleet.leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        try (Connection registrar = leader.reign().orElseThrow().registrar().getConnection();
                Statement statement = registrar.createStatement()) {
            statement.execute("CREATE USER reader IDENTIFIED BY 'secret'");
            statement.execute("GRANT SELECT ON d.* TO reader");
        }
        fleet.everybodyServes();
        Replication follower = fleet.nodes().get(fleet.nodes().indexOf(leader) == 0 ? 1 : 0);
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
