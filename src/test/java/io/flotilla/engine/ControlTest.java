package io.flotilla.engine;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.FeedAddress;
import io.flotilla.binlog.Gtid;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What replication asks of a server, on a real one.
final class ControlTest {
    @TempDir Path directory;

    private Engine engine;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        EngineConfig defaults = EngineFixture.config(directory);
        engine = Engine.open(defaults);
        server = engine.start();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void beginsAReignWithABinlogAndAServerIdOfItsOwn() throws Exception {
        Gtid before = new Gtid(0, 6, 41);
        server.replica().setGtidSlavePos(before);

        long first = server.leader().startReign(7, before);

        assertThat(server.leader().strayGtids()).isEmpty();
        assertThat(server.leader().dumpThreads()).isZero();
        assertThat(server.replica().gtidSlavePos()).isEqualTo(before);
        assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Leading(7, first, before));
        assertThat(EngineFixture.column(server, "SHOW MASTER STATUS"))
                .containsExactly("bin.%06d".formatted(first));

        EngineFixture.withoutSemiSync(server);
        server.leader().openForWrites();
        long visible = server.leader().binlogCommits();
        EngineFixture.execute(server.http(), "CREATE DATABASE app");
        EngineFixture.execute(server.http(), "CREATE TABLE app.t (a INT PRIMARY KEY)");
        EngineFixture.execute(server.http(), "INSERT INTO app.t VALUES (1)");

        assertThat(server.leader().binlogPosition()).isEqualTo("0-7-44");
        assertThat(server.leader().binlogCommits()).isEqualTo(visible + 1);

        assertThat(server.leader().closeForWrites()).isTrue();
        server.leader().endReign(new Gtid(0, 7, 44));

        assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Following());
        assertThat(server.replica().gtidSlavePos()).isEqualTo(new Gtid(0, 7, 44));
        assertThat(server.leader().strayGtids()).isEmpty();
        assertThat(EngineFixture.column(server, "SELECT @@server_id"))
                .containsExactly("4000000001");
        assertThat(server.leader().startReign(9, new Gtid(0, 7, 44))).isGreaterThan(first);
    }

    @Test
    void doesNotCloseForWritesWhileACommitIsInFlight() throws Exception {
        server.leader().startReign(7, Gtid.NONE);
        server.leader().openForWrites();
        CompletableFuture<Void> write = write("CREATE DATABASE app");
        eventually(
                EngineFixture.PATIENCE,
                () -> assertThat(EngineFixture.waitingCommits(server)).hasSize(1));

        assertThat(server.leader().closeForWrites()).isFalse();

        assertThat(write).isNotDone();
        assertThat(EngineFixture.column(server, "SELECT @@read_only")).containsExactly("0");
    }

    @Test
    void cuttingAConnectionDoesNotReleaseItsWaitingCommit() throws Exception {
        EngineFixture.withoutSemiSync(server);
        server.leader().startReign(7, Gtid.NONE);
        server.leader().openForWrites();
        EngineFixture.execute(server.http(), "CREATE DATABASE app");
        EngineFixture.execute(server.http(), "CREATE TABLE app.t (a INT PRIMARY KEY)");
        EngineFixture.withSemiSync(server);
        Connection connection = server.http().getConnection();
        CompletableFuture<Void> write = write(connection, "INSERT INTO app.t VALUES (1)");
        eventually(
                EngineFixture.PATIENCE,
                () -> assertThat(EngineFixture.waitingCommits(server)).hasSize(1));

        connection.abort(Runnable::run);

        eventually(EngineFixture.PATIENCE, () -> assertThat(write).isCompletedExceptionally());
        assertThat(EngineFixture.waitingCommits(server)).hasSize(1);
        assertThat(EngineFixture.column(server, "SELECT a FROM app.t")).isEmpty();
    }

    @Test
    void givesUpWhenTheServerDoesNotAnswer() throws Exception {
        try (Connection connection = server.http().getConnection()) {
            connection.setNetworkTimeout(Runnable::run, 200);
            signal("STOP");
            assertThatThrownBy(() -> EngineFixture.column(connection, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
        } finally {
            signal("CONT");
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(server.pid())).start().waitFor();
    }

    @Test
    void followsAFeedAndSaysWhyItDoesNot() throws Exception {
        assertThat(server.replica().replicaStatus()).isEqualTo(ReplicaStatus.NONE);

        server.replica().setGtidSlavePos(new Gtid(0, 3, 9));
        server.replica().changeMaster(new FeedAddress("127.0.0.1", 1, "feed", "secret"));
        server.replica().startReplica();

        eventually(
                EngineFixture.PATIENCE,
                () -> assertThat(server.replica().replicaStatus().fetchErrno()).isEqualTo(2003));
        assertThat(server.replica().replicaStatus().applying()).isTrue();
        assertThat(server.replica().waitApplied(new Gtid(0, 3, 9), Duration.ZERO)).isTrue();
        assertThat(server.replica().waitApplied(new Gtid(0, 3, 10), Duration.ofMillis(50)))
                .isFalse();

        server.replica().stopReplica();
        assertThat(server.replica().replicaStatus()).isEqualTo(ReplicaStatus.NONE);
        assertThat(server.stop().code()).isZero();
        assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Clean(new Gtid(0, 3, 9)));
    }

    @Test
    void enablesEventsUnderTheirOwnDefinerWithoutALoggedTransaction() throws Exception {
        try (Connection admin = server.admin()) {
            EngineFixture.run(admin, "CREATE DATABASE app");
            EngineFixture.run(admin, "SET sql_mode='ANSI_QUOTES'");
            EngineFixture.run(
                    admin,
                    "CREATE DEFINER=`we``ird@x`@`%` EVENT app.`e``1` ON SCHEDULE EVERY 1 DAY"
                            + " DISABLE ON SLAVE DO SELECT 1");
        }

        server.leader().enableEvents();

        assertThat(
                        EngineFixture.column(
                                server,
                                "SELECT CONCAT(definer, ' ', status, ' ', sql_mode) FROM mysql.event"))
                .containsExactly("we`ird@x@% ENABLED ANSI_QUOTES");
        assertThat(EngineFixture.column(server, "SELECT @@event_scheduler")).containsExactly("ON");
        assertThat(server.leader().strayGtids()).isEmpty();
    }

    @Test
    void saysWhatIsOnTheDisk() {
        long end = server.disk().lsnCurrent();

        server.disk().flushEngineLogs();
        server.disk().syncFileSystem();

        assertThat(server.disk().lsnFlushed()).isGreaterThanOrEqualTo(end);
    }

    @Test
    void doesTheSmallThingsOfALeader() throws Exception {
        server.leader().innodbStrictMode(true);
        assertThat(EngineFixture.column(server, "SELECT @@innodb_strict_mode"))
                .containsExactly("1");
        server.leader().purgeBinlogsTo("bin.000001");
        server.leader().disableEvents();
        assertThatThrownBy(() -> server.leader().purgeBinlogsTo("bin.999999"))
                .isInstanceOf(EngineException.class);
    }

    private CompletableFuture<Void> write(String sql) throws SQLException {
        return write(server.http().getConnection(), sql);
    }

    private static CompletableFuture<Void> write(Connection connection, String sql) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        EngineFixture.run(connection, sql);
                        done.complete(null);
                    } catch (SQLException e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }

    /// After a quiet night each of them failed once, and a server that fails is killed.
    @Test
    void doesNotEndOurOwnSessionsForBeingIdle() throws Exception {
        EngineFixture.execute(server.http(), "SELECT 1");
        try (Connection ours = server.admin();
                Statement statement = ours.createStatement()) {
            statement.execute("SET GLOBAL wait_timeout=1");
            try (Connection own = server.admin();
                    Connection client = server.http().getConnection();
                    Statement question = own.createStatement()) {
                assertThat(client.isValid(5)).isTrue();

                eventually(
                        Duration.ofSeconds(30),
                        () ->
                                assertThat(clients(statement))
                                        .as("clients that were not idle")
                                        .isZero());

                assertThat(question.execute("SELECT 1")).isTrue();
            }
        }
    }

    private static long clients(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery(
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'flotilla_http'")) {
            row.next();
            return row.getLong(1);
        }
    }
}
