package io.flotilla.engine;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class RecoveryTest {
    @TempDir Path directory;

    @Test
    void rollsAFormerLeaderBackToItsLastAcknowledgedTransaction() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server leader = engine.start();
            long first = leader.leader().startReign(5, Gtid.NONE);
            EngineFixture.withoutSemiSync(leader);
            leader.leader().openForWrites();
            EngineFixture.execute(leader.http(), "CREATE DATABASE app");
            EngineFixture.execute(leader.http(), "CREATE TABLE app.t (a INT PRIMARY KEY)");
            EngineFixture.execute(leader.http(), "INSERT INTO app.t VALUES (1)");
            EngineFixture.execute(leader.http(), "INSERT INTO app.t VALUES (2)");
            BinlogPosition lastCommitted = masterStatus(leader);
            EngineFixture.withSemiSync(leader);
            Thread writer = write(leader, "INSERT INTO app.t VALUES (3)");
            eventually(
                    EngineFixture.PATIENCE,
                    () -> assertThat(EngineFixture.waitingCommits(leader)).hasSize(1));
            assertThat(leader.leader().binlogPosition()).isEqualTo("0-5-5");

            leader.kill();
            writer.join();

            assertThat(engine.lastRun().end())
                    .isEqualTo(new RunRecord.Leading(5, first, Gtid.NONE));
            assertThatThrownBy(engine::start).isInstanceOf(IllegalStateException.class);
            Optional<BinlogPosition> position = engine.recovery().rollBackFormerLeader();
            assertThat(position).contains(lastCommitted);
            assertThat(engine.recovery().rollBackFormerLeader()).isEqualTo(position);

            engine.recover();
            Server follower = engine.start();
            assertThat(engine.lastRun().end()).isInstanceOf(RunRecord.Leading.class);
            assertThat(EngineFixture.column(follower, "SELECT a FROM app.t"))
                    .containsExactly("1", "2");
            assertThatThrownBy(follower::stop).isInstanceOf(IllegalStateException.class);
            follower.replica().settle(new Gtid(0, 5, 4));
            follower.replica().recordFollowing();
            assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Following());

            follower.stop();
            Server again = engine.start();
            assertThat(again.replica().gtidSlavePos()).isEqualTo(new Gtid(0, 5, 4));
            assertThat(again.leader().startReign(6, new Gtid(0, 5, 4))).isGreaterThan(first);
        }
    }

    @Test
    void findsThePositionAlsoWhenNothingHadToBeRecovered() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server leader = engine.start();
            leader.leader().startReign(5, Gtid.NONE);
            EngineFixture.withoutSemiSync(leader);
            leader.leader().openForWrites();
            EngineFixture.execute(leader.http(), "CREATE DATABASE app");
            EngineFixture.execute(leader.http(), "CREATE TABLE app.t (a INT PRIMARY KEY)");
            EngineFixture.execute(leader.http(), "INSERT INTO app.t VALUES (1)");
            BinlogPosition lastCommitted = masterStatus(leader);
            // A stop in order leaves nothing to recover; the record still says that it led.
            ProcessHandle.of(leader.pid()).orElseThrow().destroy();
            eventually(EngineFixture.PATIENCE, () -> assertThat(leader.alive()).isFalse());

            assertThat(engine.recovery().rollBackFormerLeader()).contains(lastCommitted);
        }
    }

    @Test
    void namesNoPositionWhenNothingWasEverCommitted() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server leader = engine.start();
            leader.leader().startReign(5, Gtid.NONE);
            leader.kill();

            assertThat(engine.recovery().rollBackFormerLeader()).isEmpty();
        }
    }

    @Test
    void removesOnlyTheEmptyCopiesThatDdlLeavesBehind() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Path data = engine.dataDirectory();
            Path empty = Files.createFile(data.resolve("flotilla/a.TRG-"));
            Path full = Files.writeString(data.resolve("flotilla/v.frm-"), "x");
            Path other = Files.createFile(data.resolve("flotilla/b.TRG"));

            assertThat(engine.recovery().removeEmptyDdlLeftovers()).isEqualTo(1);

            assertThat(empty).doesNotExist();
            assertThat(full).exists();
            assertThat(other).exists();
        }
    }

    @Test
    void removesWhatIsKnownOfTheFeed() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            List<String> names =
                    List.of("relay.000001", "relay.index", "relay-log.info", "master.info");
            for (String name : names) {
                Files.createFile(engine.dataDirectory().resolve(name));
            }

            engine.recovery().removeReplicaFiles();

            assertThat(names).noneMatch(name -> Files.exists(engine.dataDirectory().resolve(name)));
            assertThat(engine.dataDirectory().resolve("ibdata1")).exists();
        }
    }

    /// The recovery of the DROP writes it into a binlog, if there is one, and that commit would wait for an acknowledgement.
    @Test
    @Timeout(90)
    void finishesADropThatNobodyAcknowledged() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server leader = engine.start();
            leader.leader().startReign(5, Gtid.NONE);
            EngineFixture.withoutSemiSync(leader);
            leader.leader().openForWrites();
            EngineFixture.execute(leader.http(), "CREATE DATABASE app");
            EngineFixture.execute(leader.http(), "CREATE TABLE app.a (a INT PRIMARY KEY)");
            EngineFixture.execute(leader.http(), "CREATE TABLE app.b (a INT PRIMARY KEY)");
            EngineFixture.withSemiSync(leader);
            Thread writer = write(leader, "DROP TABLE app.a, app.b");
            eventually(
                    EngineFixture.PATIENCE,
                    () -> assertThat(EngineFixture.waitingCommits(leader)).hasSize(1));
            leader.kill();
            writer.join();

            engine.recovery().rollBackFormerLeader();
            engine.recover();

            assertThat(EngineFixture.column(engine.start(), "SHOW TABLES FROM app")).isEmpty();
        }
    }

    @Test
    @Timeout(90)
    void keepsAnXaTransactionThatAFollowerHasPrepared() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server follower = engine.start();
            try (Connection connection = follower.admin()) {
                EngineFixture.run(connection, "CREATE DATABASE app");
                EngineFixture.run(connection, "CREATE TABLE app.t (a INT PRIMARY KEY)");
                EngineFixture.run(connection, "XA START 'x'");
                EngineFixture.run(connection, "INSERT INTO app.t VALUES (1)");
                EngineFixture.run(connection, "XA END 'x'");
                EngineFixture.run(connection, "XA PREPARE 'x'");
                follower.disk().flushEngineLogs();
                follower.kill();
            }

            engine.recovery().removeReplicaFiles();
            engine.recover();

            Server again = engine.start();
            assertThat(EngineFixture.column(again, "XA RECOVER")).hasSize(1);
            EngineFixture.execute(again.admin(), "XA COMMIT 'x'");
            assertThat(EngineFixture.column(again, "SELECT a FROM app.t")).containsExactly("1");
        }
    }

    private static Thread write(Server server, String sql) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        EngineFixture.execute(server.http(), sql);
                    } catch (SQLException e) {
                        // The server is killed under it.
                        assertThat(e.getMessage()).doesNotContain("denied");
                    }
                });
    }

    private static BinlogPosition masterStatus(Server server) throws SQLException {
        try (Connection connection = server.admin();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW MASTER STATUS")) {
            assertThat(row.next()).isTrue();
            return new BinlogPosition(row.getString(1), row.getLong(2));
        }
    }
}
