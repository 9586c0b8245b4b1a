package io.flotilla.sql;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one request leaves in a session and the next one sees there (docs/adr/0023), on a real server.
final class SessionTracesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WHICH = "SELECT CONNECTION_ID()";

    @TempDir static Path directory;

    private static LeadingServer server;
    private DataSource source;
    private LocalSql sql;

    @BeforeAll
    static void startServer() throws Exception {
        server = LeadingServer.start(directory);
        server.execute("CREATE DATABASE app");
        for (String definition :
                List.of(
                        "CREATE TABLE app.parent (id INT PRIMARY KEY)",
                        "CREATE TABLE app.child (id INT AUTO_INCREMENT PRIMARY KEY, parent INT NOT NULL,"
                                + " FOREIGN KEY (parent) REFERENCES app.parent (id))",
                        "CREATE TABLE app.odd (id INT PRIMARY KEY)",
                        "CREATE TRIGGER app.careless BEFORE INSERT ON app.odd FOR EACH ROW SET foreign_key_checks = 0",
                        "CREATE TABLE app.locking (id INT PRIMARY KEY)",
                        "CREATE TRIGGER app.locks BEFORE INSERT ON app.locking FOR EACH ROW SET @got = GET_LOCK('held', 0)",
                        "CREATE FUNCTION app.remembers() RETURNS INT BEGIN SET @kept = 5; RETURN 1; END",
                        "CREATE FUNCTION app.recalls() RETURNS INT RETURN @kept",
                        "CREATE FUNCTION app.unlocks() RETURNS INT BEGIN SET tx_read_only = 0; RETURN 1; END",
                        "CREATE FUNCTION app.writes() RETURNS INT BEGIN INSERT INTO parent VALUES (99); RETURN 1; END",
                        "INSERT INTO app.parent VALUES (1)")) {
            server.execute(definition);
        }
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void prepare() {
        FakeReplica replica = new FakeReplica(1, List.of());
        source = server.server().http();
        replica.leads(server.newReign()).serves(source);
        sql = new LocalSql(replica, ofOneSession());
    }

    /// One that writes and one that reads: each request has the session of the one before.
    private static SqlConfig ofOneSession() {
        SqlConfig usual = SqlConfig.defaults();
        return new SqlConfig(
                1,
                1,
                usual.maxIdle(),
                usual.trustIdle(),
                usual.maxStream(),
                usual.answerGrace(),
                usual.fetchRows(),
                usual.maxBufferedRows(),
                usual.keys(),
                usual.transactions(),
                usual.logins());
    }

    @AfterEach
    void close() {
        sql.close();
    }

    private static Batch batch(String statement) {
        return new Batch(
                Optional.of(Name.of("db", "app")),
                List.of(RawStatement.of(statement, List.of())),
                false);
    }

    private List<String> read(String query) throws Exception {
        Cells cells = new Cells();
        AnswerSink sink =
                new AnswerSink() {
                    @Override
                    public RowSink rows() {
                        return cells;
                    }

                    @Override
                    public void failed(FlotillaException failure) throws IOException {
                        throw failure;
                    }
                };
        assertThat(sql.read(source, batch(query), Deadline.in(PATIENCE), sink)).isTrue();
        return cells.all;
    }

    private StatementResult write(String statement) throws Exception {
        BatchAttempt attempt =
                sql.write(
                        server.reign(),
                        batch(statement),
                        Optional.empty(),
                        true,
                        Deadline.in(PATIENCE));
        return ((BatchAttempt.Done) attempt).results().getFirst();
    }

    private String written(String query) throws Exception {
        Cells cells = new Cells();
        ((StatementResult.Rows) write(query)).rows().copyTo(cells);
        return cells.all.getFirst();
    }

    @Test
    void aRequestSeesNothingOfTheOneBeforeInItsSession() throws Exception {
        String session = written(WHICH);
        assertThat(write("INSERT INTO child (parent) VALUES (1), (1)"))
                .isInstanceOfSatisfying(
                        StatementResult.Changed.class,
                        changed -> assertThat(changed.lastInsertId()).isPresent());

        assertThat(written("SELECT LAST_INSERT_ID()")).isEqualTo("0");

        write("INSERT INTO child (parent) VALUES (1)");
        assertThat(written("SELECT @@last_insert_id + @@warning_count")).isEqualTo("0");
        assertThat(written(WHICH)).isEqualTo(session);
    }

    @Test
    void aQuerySeesNothingOfTheOneBeforeInItsSession() throws Exception {
        List<String> session = read(WHICH);
        read("SELECT LAST_INSERT_ID(7)");
        assertThat(read("SELECT LAST_INSERT_ID()")).containsExactly("0");
        read("SELECT @mine := 7");
        assertThat(read("SELECT @mine")).containsExactly("NULL");
        assertThat(read(WHICH)).isEqualTo(session);
    }

    @Test
    void whatAFunctionSetsIsGoneForQueriesThatCannotBeSeenToLook() throws Exception {
        List<String> session = read(WHICH);

        assertThat(read("SELECT remembers()")).containsExactly("1");
        assertThat(read("SELECT recalls()")).containsExactly("NULL");

        assertThat(read(WHICH)).isEqualTo(session);
    }

    @Test
    void aSessionThatReadsStaysOneThatOnlyReads() throws Exception {
        List<String> session = read(WHICH);

        assertThat(read("SELECT CONNECTION_ID() FROM parent WHERE id = unlocks()"))
                .isEqualTo(session);
        assertThatThrownBy(() -> read("SELECT writes()")).hasMessageContaining("READ ONLY");

        assertThat(read("SELECT COUNT(*) FROM parent WHERE id = 99")).containsExactly("0");
    }

    @Test
    void whatATriggerSetsDoesNotReachTheNextRequest() throws Exception {
        String session = written(WHICH);

        write("INSERT INTO odd VALUES (1)");
        assertThat(write("INSERT INTO child (parent) VALUES (77)"))
                .isInstanceOfSatisfying(
                        StatementResult.Failed.class,
                        failed ->
                                assertThat(failed.failure().message())
                                        .contains("foreign key constraint fails"));

        assertThat(written(WHICH)).isEqualTo(session);
    }

    /// Nothing tells of it: it ends with the time that a session keeps traces.
    @Test
    void whatATriggerLocksIsFreeAfterAWhile() throws Exception {
        write("INSERT INTO locking VALUES (1)");

        eventually(
                PATIENCE,
                () -> assertThat(read("SELECT IS_FREE_LOCK('held')")).containsExactly("1"));
    }
}
