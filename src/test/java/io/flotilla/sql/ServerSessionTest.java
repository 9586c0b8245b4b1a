package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flotilla.engine.ServerSession;
import io.flotilla.engine.ServerSession.Tracked;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the server says of a session by itself, against what it says when asked; and resets sent ahead. On a real server.
final class ServerSessionTest {
    @TempDir static Path directory;

    private static LeadingServer server;
    private Connection connection;
    private ServerSession session;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        try (Connection connection = server.server().http().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql :
                    List.of(
                            "CREATE OR REPLACE DATABASE app",
                            "CREATE DATABASE other",
                            "CREATE TABLE app.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT UNIQUE)",
                            "INSERT INTO app.t VALUES (1, 1)",
                            "CREATE TABLE app.watched (id INT PRIMARY KEY)",
                            "CREATE TRIGGER app.watch AFTER INSERT ON app.watched FOR EACH ROW"
                                    + " SET @watched = NEW.id,"
                                    + " @@session.session_track_system_variables = ''",
                            "CREATE PROCEDURE app.twice() BEGIN INSERT INTO app.t (v) VALUES (NULL);"
                                    + " COMMIT; INSERT INTO app.t (v) VALUES (NULL); END",
                            "CREATE PROCEDURE app.opens() BEGIN INSERT INTO app.t (v) VALUES (NULL);"
                                    + " START TRANSACTION; INSERT INTO app.t (v) VALUES (NULL); END",
                            "CREATE PROCEDURE app.fails() BEGIN INSERT INTO app.t (v) VALUES (NULL);"
                                    + " SIGNAL SQLSTATE '45000'; END",
                            "CREATE FUNCTION app.writes() RETURNS INT BEGIN"
                                    + " INSERT INTO app.t (v) VALUES (NULL); RETURN 1; END")) {
                statement.execute(sql);
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws SQLException {
        connection = server.server().http().getConnection();
        session = connection.unwrap(ServerSession.class);
        connection.setCatalog("app");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() != -1) {
                rows = statement.getMoreResults();
            }
        }
    }

    private String ask(String expressions) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT CONCAT_WS(' ', " + expressions + ")")) {
            row.next();
            return row.getString(1);
        }
    }

    private Tracked asked() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@last_gtid, @@in_transaction")) {
            row.next();
            return new Tracked(row.getString(1), row.getBoolean(2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t (v) VALUES (NULL)",
                "SET STATEMENT max_statement_time=9.000, innodb_lock_wait_timeout=9 FOR INSERT INTO t"
                        + " (v) VALUES (NULL)",
                "UPDATE t SET v = NULL WHERE id = 1; UPDATE t SET v = 1 WHERE id = 1",
                "CREATE OR REPLACE TABLE made (a INT)",
                "DROP TABLE IF EXISTS no_such_table_anywhere",
                "CREATE OR REPLACE VIEW seen AS SELECT 1",
                "GRANT SELECT ON app.* TO CURRENT_USER",
                "CALL twice()",
                "CALL opens()",
                "DO writes()",
                "BEGIN NOT ATOMIC INSERT INTO t (v) VALUES (NULL); START TRANSACTION; END",
                "ANALYZE TABLE t",
            })
    void saysWhatItSaysWhenAsked(String sql) throws SQLException {
        for (String each : sql.split("; (?=UPDATE)", -1)) {
            try {
                execute(each);
            } catch (SQLException e) {
                assertThat(session.tracked()).isEmpty();
            }
            Optional<Tracked> said = session.tracked();
            if (said.isPresent()) {
                assertThat(said).contains(asked());
            }
        }
    }

    /// Else it would be asked each time, and nobody would notice.
    @Test
    void saysByItselfWhatPlainStatementsWrote() throws SQLException {
        for (String sql :
                List.of(
                        "INSERT INTO t (v) VALUES (NULL)",
                        "SET STATEMENT max_statement_time=9 FOR UPDATE t SET v = 7 WHERE id = 1",
                        "UPDATE t SET v = 1 WHERE id = 1",
                        "CREATE OR REPLACE TABLE made (a INT)")) {
            execute(sql);
            assertThat(session.tracked()).as(sql).contains(asked());
        }
        execute("START TRANSACTION");
        execute("INSERT INTO t (v) VALUES (NULL)");
        execute("COMMIT");
        assertThat(session.tracked()).contains(asked());
        execute("CALL opens()");
        assertThat(session.tracked()).contains(asked());
        assertThat(asked().inTransaction()).isTrue();
    }

    @Test
    void saysNothingWhereNothingWasWrittenOrItCannotBeKnown() throws SQLException {
        execute("INSERT INTO t (v) VALUES (NULL)");
        assertThat(session.tracked()).isPresent();
        execute("UPDATE t SET v = 5 WHERE id = -1");
        assertThat(session.tracked()).isEmpty();

        execute("INSERT INTO t (v) VALUES (NULL)");
        ask("1");
        assertThat(session.tracked()).isEmpty();

        execute("INSERT INTO t (v) VALUES (NULL)");
        SQLException failed =
                catchThrowableOfType(SQLException.class, () -> execute("CALL fails()"));
        assertThat(failed.getSQLState()).isEqualTo("45000");
        assertThat(session.tracked()).isEmpty();
        assertThat(asked().lastGtid()).isNotEmpty();
    }

    @Test
    void saysNothingOnceAClientHasSwitchedItOff() throws SQLException {
        execute("INSERT INTO watched VALUES (" + System.nanoTime() % 1_000_000_000 + ")");
        execute("INSERT INTO t (v) VALUES (NULL)");
        assertThat(session.tracked()).isEmpty();

        session.sendReset("");
        execute("INSERT INTO t (v) VALUES (NULL)");
        assertThat(session.tracked()).contains(asked());
    }

    @Test
    void isAsGoodAsNewAfterAResetThatNobodyWaitedFor() throws SQLException {
        List<String> traces =
                List.of(
                        "SET @mine = 'secret', SESSION sort_buffer_size = 1048576, SESSION sql_mode = 'ANSI'",
                        "CREATE TEMPORARY TABLE left_over (a INT)",
                        "SELECT GET_LOCK('left', 0)",
                        "PREPARE left_statement FROM 'SELECT 1'",
                        "INSERT INTO t (v) VALUES (NULL)",
                        "LOCK TABLES t WRITE");
        String question =
                "IFNULL(@mine, 'none'), @@sort_buffer_size, @@sql_mode, LAST_INSERT_ID(), FOUND_ROWS(),"
                        + " @@last_gtid, @@in_transaction, IS_FREE_LOCK('left'), DATABASE()";
        String fresh;
        try (Connection other = server.server().http().getConnection();
                Statement statement = other.createStatement()) {
            other.setCatalog("app");
            // The driver asks for IGNORE_SPACE when it logs in.
            statement.execute("SET SESSION sql_mode=DEFAULT");
            try (ResultSet row =
                    statement.executeQuery("SELECT CONCAT_WS(' ', " + question + ")")) {
                row.next();
                fresh = row.getString(1);
            }
        }
        List<String> states = new ArrayList<>();
        for (String trace : traces) {
            execute(trace);
        }
        execute("START TRANSACTION");

        session.sendReset("");
        states.add(ask(question));

        assertThat(states).containsExactly(fresh);
        assertThatThrownBy(() -> execute("SELECT * FROM left_over"))
                .hasMessageContaining("doesn't exist");
        assertThatThrownBy(() -> execute("EXECUTE left_statement"))
                .hasMessageContaining("Unknown prepared statement");
    }

    @Test
    void isResetBeforeAnythingElseHappensInIt() throws SQLException {
        execute("SET @mine = 1");

        session.sendReset("SET @pinned = 2");
        execute("INSERT INTO t (v) VALUES (NULL)");

        assertThat(session.tracked()).contains(asked());
        assertThat(ask("IFNULL(@mine, 'none'), @pinned")).isEqualTo("none 2");
    }

    @Test
    void undoesAtOnceWhatWasOpen() throws SQLException {
        execute("CREATE OR REPLACE TABLE undone (a INT PRIMARY KEY)");
        execute("START TRANSACTION");
        execute("INSERT INTO undone VALUES (1)");

        session.sendReset("");

        // It waits for the row's lock, which nobody but the reset gives up.
        try (Connection other = server.server().http().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("INSERT INTO app.undone VALUES (1)");
        }
        assertThat(ask("(SELECT COUNT(*) FROM undone)")).isEqualTo("1");
    }

    @Test
    void isLostWithItsResetAndSaysSo() throws SQLException {
        execute("DO 1");
        // A statement after the reset that fails stands for a reset that fails.
        session.sendReset("SET @@session.sql_mode = 'NONSENSE'");

        SQLException failed =
                catchThrowableOfType(
                        SQLException.class, () -> execute("INSERT INTO t (v) VALUES (NULL)"));

        assertThat(SqlFailures.sessionLost(failed)).isTrue();
        assertThat(SqlFailures.fromServer(failed)).isFalse();
        assertThat(connection.isClosed()).isTrue();
    }
}
