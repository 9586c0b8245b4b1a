package io.flotilla.sql;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What became of writes and reads, on a real server whose commits the test can hold.
final class LocalSqlTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir static Path directory;

    private static LeadingServer server;
    private FakeReplica replica;
    private LocalSql sql;

    @BeforeAll
    static void startServer() throws Exception {
        server = LeadingServer.start(directory);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        server.release();
        server.execute("SET GLOBAL read_only=OFF");
        server.execute("SET GLOBAL server_id=7");
        replica = new FakeReplica(1, List.of());
        replica.leads(server.newReign()).serves(server.server().http());
        sql = new LocalSql(replica, limits(4, 4));
        write("CREATE OR REPLACE DATABASE app");
        write("CREATE TABLE app.t (id INT PRIMARY KEY, v INT)");
        write("INSERT INTO app.t VALUES (1, 1)");
    }

    @AfterEach
    void close() {
        sql.close();
    }

    private static SqlConfig limits(int writers, int readers) {
        return limits(writers, readers, Duration.ofSeconds(20));
    }

    private static SqlConfig limits(int writers, int readers, Duration longest) {
        return new SqlConfig(
                writers,
                readers,
                Duration.ofMinutes(1),
                Duration.ZERO,
                longest,
                Duration.ofSeconds(2),
                16,
                64 << 10,
                KeyLimits.defaults(),
                TxLimits.defaults(),
                LoginLimits.defaults());
    }

    private static Deadline in(long millis) {
        return Deadline.in(Duration.ofMillis(millis));
    }

    private Attempt attempt(String text, long millis) throws InterruptedException {
        Write.Kind kind =
                text.startsWith("CREATE") || text.startsWith("DROP")
                        ? Write.Kind.DEFINITION
                        : Write.Kind.ROWS;
        return sql.write(
                server.reign(), new Write(text, List.of(), kind, Footprint.TRACES), in(millis));
    }

    private Attempt.Done write(String text) throws InterruptedException {
        return (Attempt.Done) attempt(text, 20_000);
    }

    private static void fails(Failure failure, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        e -> assertThat(e.failure()).as(e.message()).isEqualTo(failure));
    }

    @Test
    void answersWithThePositionOfTheWrite() throws Exception {
        Attempt.Done done = write("UPDATE app.t SET v = 2");

        assertThat(done.position()).isEqualTo(Gtid.parse(server.query("SELECT @@gtid_binlog_pos")));
        assertThat(done.position().serverId()).isEqualTo(7);
        assertThat(done.rows()).isEqualTo(1);
    }

    @Test
    void saysUnknownWhenTheMajorityDoesNotAnswerInTime() throws Exception {
        server.hold();

        fails(Failure.UNKNOWN, () -> attempt("UPDATE app.t SET v = 3", 300));

        assertThat(server.reign().passes()).isEqualTo(1);
        server.release();
        eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());
        assertThat(server.query("SELECT v FROM app.t")).isEqualTo("3");
    }

    @Test
    void hasExecutedNothingAfterTheReign() throws Exception {
        server.reign().end();

        assertThat(attempt("UPDATE app.t SET v = 4", 1000)).isInstanceOf(Attempt.NotHere.class);
    }

    @Test
    void hasExecutedNothingOnAReadOnlyServer() throws Exception {
        server.execute("SET GLOBAL read_only=ON");

        assertThat(attempt("UPDATE app.t SET v = 4", 1000)).isInstanceOf(Attempt.NotHere.class);
        assertThat(attempt("CREATE DATABASE other", 1000)).isInstanceOf(Attempt.NotHere.class);
    }

    @Test
    void passesOnAnErrorThatComesAsTheReignEnds() throws Exception {
        server.reign().end();
        FakeReign ending = new FakeReign(7, () -> Gtid.NONE);
        Write duplicate =
                new Write(
                        "INSERT INTO app.t VALUES (1, 1)",
                        List.of(),
                        Write.Kind.ROWS,
                        Footprint.TRACES);
        try (Connection locking = server.server().http().getConnection();
                Statement statement = locking.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("SELECT * FROM app.t WHERE id = 1 FOR UPDATE");
            CompletableFuture<Attempt> attempt =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return sql.write(ending, duplicate, in(10_000));
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            eventually(PATIENCE, () -> assertThat(ending.passes()).isEqualTo(1));
            ending.end();
            statement.execute("ROLLBACK");

            assertThat(attempt.get(20, TimeUnit.SECONDS)).isInstanceOf(Attempt.NotHere.class);
        }
    }

    @Test
    void provesThatThereWasNothingToDo() throws Exception {
        Attempt.Done done = write("UPDATE app.t SET v = 5 WHERE id = 99");

        assertThat(done.rows()).isZero();
        assertThat(done.position()).isEqualTo(Gtid.parse(server.query("SELECT @@gtid_binlog_pos")));
        assertThat(replica.barriers()).isEqualTo(1);
    }

    @Test
    void doesNotSayThatThereWasNothingToDoWithoutAQuorum() {
        replica.quorum(false);

        fails(Failure.UNAVAILABLE, () -> attempt("UPDATE app.t SET v = 5 WHERE id = 99", 300));
    }

    @Test
    void saysConflictWhenALockIsNotGivenInTime() throws Exception {
        try (Connection locking = server.server().http().getConnection();
                Statement statement = locking.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE app.t SET v = 6");

            fails(Failure.CONFLICT, () -> attempt("UPDATE app.t SET v = 7", 2500));
            statement.execute("ROLLBACK");
        }
        assertThat(server.query("SELECT v FROM app.t")).isEqualTo("1");
        write("UPDATE app.t SET v = 8");
    }

    @Test
    void endsAStatementAtItsDeadline() throws Exception {
        assertThatThrownBy(() -> attempt("UPDATE app.t SET v = SLEEP(30)", 300))
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        e -> {
                            assertThat(e.failure()).isEqualTo(Failure.REJECTED);
                            assertThat(e.errno()).isEqualTo(1969);
                        });
        assertThat(server.query("SELECT v FROM app.t")).isEqualTo("1");
    }

    @Test
    void refusesMoreWritersThanThereAreSessions() throws Exception {
        sql.close();
        sql = new LocalSql(replica, limits(1, 1));
        server.hold();
        fails(Failure.UNKNOWN, () -> attempt("UPDATE app.t SET v = 9", 200));

        fails(Failure.OVERLOADED, () -> attempt("UPDATE app.t SET v = 10", 200));

        assertThat(server.reign().passes()).isEqualTo(1);
        server.release();
        write("UPDATE app.t SET v = 11");
    }

    @Test
    void replacesSessionsThatWereEndedMeanwhile() throws Exception {
        write("UPDATE app.t SET v = 12");
        killIdle();
        write("UPDATE app.t SET v = 13");

        killIdle();
        assertThat(rows("SELECT v FROM app.t")).containsExactly("13");
        killIdle();
        assertThat(rows("SELECT v FROM app.t")).containsExactly("13");
    }

    private void killIdle() throws Exception {
        server.execute("KILL CONNECTION USER flotilla_http@localhost");
        eventually(
                PATIENCE,
                () ->
                        assertThat(
                                        server.query(
                                                "SELECT COUNT(*) FROM information_schema.processlist"
                                                        + " WHERE user = 'flotilla_http'"))
                                .isEqualTo("0"));
    }

    @Test
    void writesInANewReignWithNewSessions() throws Exception {
        server.execute("SET GLOBAL server_id=8");
        FakeReign next = new FakeReign(8, () -> new Gtid(0, 8, Long.MAX_VALUE));
        Write update =
                new Write("UPDATE app.t SET v = 14", List.of(), Write.Kind.ROWS, Footprint.TRACES);

        Attempt.Done done = (Attempt.Done) sql.write(next, update, in(10_000));

        assertThat(done.position().serverId()).isEqualTo(8);
    }

    @Test
    void doesNotWriteWhileItReads() throws Exception {
        server.execute(
                "CREATE FUNCTION app.f() RETURNS INT BEGIN UPDATE app.t SET v = 99; RETURN 1; END");

        fails(Failure.REJECTED, () -> rows("SELECT app.f()"));

        assertThat(server.query("SELECT v FROM app.t")).isEqualTo("1");
    }

    @Test
    void interruptsAQueryThatNobodyWaitsFor() throws Exception {
        fails(Failure.REJECTED, () -> rows("SELECT SLEEP(60)", 300));

        eventually(
                PATIENCE,
                () ->
                        assertThat(sql.use().stream().filter(use -> use.name().equals("readers")))
                                .allSatisfy(use -> assertThat(use.busy()).isZero()));
        assertThat(server.running("SLEEP(60)")).isEqualTo("0");
    }

    /// The rows before it are more than the server and the driver keep before the first one is seen.
    @Test
    void endsAResultWhoseLaterRowsTakeTooLong() throws Exception {
        sql.close();
        sql = new LocalSql(replica, limits(1, 1, Duration.ofSeconds(2)));
        Query query =
                new Query(
                        "SELECT REPEAT('x', 100000), 0 UNION ALL ".repeat(40)
                                + "SELECT 'last', SLEEP(60)",
                        Footprint.TRACES);
        Cells cells = new Cells();

        assertThatThrownBy(() -> sql.read(query, in(20_000), cells))
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        e -> {
                            assertThat(e.failure()).isEqualTo(Failure.REJECTED);
                            assertThat(e.errno()).isEqualTo(1969);
                        });

        assertThat(cells.all).hasSizeGreaterThan(10);
        eventually(PATIENCE, () -> assertThat(server.running("SLEEP(60)")).isEqualTo("0"));
    }

    @Test
    void leavesNoLockBehind() throws Exception {
        assertThat(rows("SELECT GET_LOCK('a', 0)", 5000, true)).containsExactly("1");
        eventually(
                PATIENCE,
                () ->
                        assertThat(rows("SELECT IS_FREE_LOCK('a')", 5000, true))
                                .containsExactly("1"));
    }

    private List<String> rows(String query) throws Exception {
        return rows(query, 10_000);
    }

    private List<String> rows(String query, long millis) throws Exception {
        return rows(query, millis, false);
    }

    private List<String> rows(String query, long millis, boolean touches) throws Exception {
        Cells cells = new Cells();
        assertThat(
                        sql.read(
                                new Query(query, touches ? Footprint.LOCKS : Footprint.TRACES),
                                in(millis),
                                cells))
                .isTrue();
        assertThat(cells.ended).isTrue();
        return cells.all;
    }
}
