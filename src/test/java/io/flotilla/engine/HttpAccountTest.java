package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients' statements over HTTP can reach. Semi-sync is off in this test only: nobody acknowledges here.
final class HttpAccountTest {
    @TempDir static Path directory;

    private static Engine engine;
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.open(EngineFixture.config(directory));
        server = engine.start();
        EngineFixture.withoutSemiSync(server);
        server.leader().openForWrites();
        EngineFixture.execute(server.http(), "CREATE DATABASE app");
        EngineFixture.execute(server.http(), "CREATE TABLE app.t (a INT PRIMARY KEY)");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE DATABASE other",
                "INSERT INTO app.t VALUES (1)",
                "CREATE VIEW app.v AS SELECT * FROM app.t",
                "CREATE TRIGGER app.tr BEFORE INSERT ON app.t FOR EACH ROW SET NEW.a = NEW.a + 1",
                "CREATE FUNCTION app.f() RETURNS INT RETURN 1",
                "CREATE PROCEDURE app.p() INSERT INTO app.t VALUES (5)",
                "CREATE EVENT app.e ON SCHEDULE EVERY 1 DAY DO SET @a = 1",
                "CREATE SEQUENCE app.s",
                "CREATE TEMPORARY TABLE app.tmp (a INT)",
                "CREATE DATABASE mysql2",
                "SELECT @@last_gtid",
                "XA RECOVER",
            })
    void mayDoAllThatHappensInsideDatabases(String sql) {
        assertThatCode(() -> EngineFixture.execute(server.http(), sql)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // our own databases, under each of their names
                "SELECT * FROM mysql.global_priv",
                "SELECT * FROM `#mysql50#mysql`.global_priv",
                "SELECT * FROM app.`#mysql50#../mysql/global_priv`",
                "SHOW TABLES FROM mysql",
                "SHOW TABLES FROM `#mysql50#mysql`",
                "USE mysql",
                "CREATE TABLE `#mysql50#flotilla`.x (a INT)",
                "DROP DATABASE `#mysql50#flotilla`",
                "DROP DATABASE flotilla",
                "CREATE TABLE flotilla.x (a INT)",
                "CREATE DATABASE sys",
                "CREATE TABLE app.u LIKE mysql.global_priv",
                "SHOW CREATE TABLE mysql.global_priv",
                "ALTER TABLE app.t RENAME flotilla.t",
                "RENAME TABLE app.t TO mysql.t",
                "CREATE VIEW app.w AS SELECT * FROM mysql.global_priv",
                "HANDLER mysql.global_priv OPEN",
                "LOCK TABLES mysql.db WRITE",
                "CHECK TABLE mysql.global_priv",
                "CREATE TEMPORARY TABLE mysql.a (a INT)",
                "SHOW CREATE USER flotilla_admin@localhost",
                "SHOW GRANTS FOR flotilla_admin@localhost",
                // rights that nobody but us has
                "CREATE USER foo",
                "DROP USER flotilla_admin@localhost",
                "RENAME USER flotilla_admin@localhost TO x@localhost",
                "SET PASSWORD FOR flotilla_admin@localhost = PASSWORD('x')",
                "GRANT SELECT ON app.* TO flotilla_admin@localhost",
                "CREATE ROLE r",
                "CREATE DEFINER=flotilla_admin@localhost PROCEDURE app.q() SELECT 1",
                "SET GLOBAL read_only=ON",
                "SET GLOBAL rpl_semi_sync_master_enabled=OFF",
                "SET SESSION sql_log_bin=0",
                "SET SESSION server_id=5",
                "SET SESSION gtid_seq_no=5",
                "SET SESSION gtid_domain_id=5",
                "SET SESSION binlog_format=STATEMENT",
                "SET SESSION binlog_row_image=MINIMAL",
                "SET SESSION pseudo_thread_id=7",
                "SET SESSION enforce_storage_engine=NULL",
                "BINLOG 'x'",
                "FLUSH TABLES",
                "FLUSH LOCAL STATUS",
                "FLUSH BINARY LOGS",
                "RESET MASTER",
                "PURGE BINARY LOGS TO 'bin.000009'",
                "SHOW MASTER STATUS",
                "SHOW BINARY LOGS",
                "SHOW SLAVE STATUS",
                "STOP SLAVE",
                "CHANGE MASTER TO MASTER_HOST='x'",
                "SHUTDOWN",
                "SHOW ENGINE INNODB STATUS",
                "SELECT 1 INTO OUTFILE 'a'",
                "LOAD DATA INFILE '/etc/passwd' INTO TABLE app.t",
                "INSTALL SONAME 'x'",
                "CREATE FUNCTION x RETURNS STRING SONAME 'x.so'",
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST '1')",
                "BACKUP STAGE START",
            })
    void reachesNothingElse(String sql) {
        assertThatThrownBy(() -> EngineFixture.execute(server.http(), sql))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void readsNoFile() throws Exception {
        try (Connection connection = server.http().getConnection()) {
            assertThat(EngineFixture.column(connection, "SELECT LOAD_FILE('/etc/passwd')"))
                    .containsExactly("null");
        }
    }

    @Test
    void cannotKillOurOwnSessions() throws Exception {
        try (Connection admin = server.admin()) {
            String id = EngineFixture.column(admin, "SELECT CONNECTION_ID()").getFirst();

            assertThatThrownBy(() -> EngineFixture.execute(server.http(), "KILL " + id))
                    .hasMessageContaining("not owner");
        }
    }

    @Test
    void logsInAlsoAfterItHasChangedItsOwnPassword() {
        assertThatCode(
                        () -> {
                            EngineFixture.execute(server.http(), "SET PASSWORD = PASSWORD('one')");
                            EngineFixture.execute(server.http(), "SET PASSWORD = PASSWORD('two')");
                            EngineFixture.execute(server.http(), "SELECT 1");
                        })
                .doesNotThrowAnyException();
    }

    @Test
    void leavesRoomForOurOwnSessions() throws Exception {
        EngineFixture.execute(server.admin(), "SET GLOBAL max_user_connections=3");
        try (Connection one = server.http().getConnection();
                Connection two = server.http().getConnection();
                Connection three = server.http().getConnection()) {
            assertThat(one.isValid(5) && two.isValid(5) && three.isValid(5)).isTrue();
            assertThatThrownBy(() -> server.http().getConnection())
                    .hasMessageContaining("max_user_connections");
            assertThat(EngineFixture.column(server, "SELECT 1")).containsExactly("1");
        } finally {
            EngineFixture.execute(server.admin(), "SET GLOBAL max_user_connections=200");
        }
    }

    @Test
    void isTheOnlyAccountBesideOurs() throws Exception {
        assertThat(
                        EngineFixture.column(
                                server,
                                "SELECT User FROM mysql.global_priv WHERE"
                                        + " JSON_VALUE(Priv, '$.account_locked') IS NULL ORDER BY User"))
                .containsExactly(
                        "PUBLIC",
                        "flotilla_admin",
                        "flotilla_http",
                        "flotilla_keeper",
                        "flotilla_registrar");
    }

    @Test
    void beingOurUserOfTheSystemOpensNoDoor() {
        assertThatThrownBy(() ->
                        EngineFixture.execute(
                                server.admin(), "CREATE USER x IDENTIFIED VIA unix_socket"))
                .hasMessageContaining("unix_socket");
    }
}
