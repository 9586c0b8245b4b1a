package io.flotilla.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.engine.ClientLogin;
import io.flotilla.failure.Deadline;
import io.flotilla.sql.FakeReplica;
import io.flotilla.sql.LeadingServer;
import io.flotilla.sql.SqlConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an administrator can do, and each way in which it might break a promise (ADR 0013), on a real server that leads.
final class AdministratorTest {
    @TempDir static Path directory;

    private static LeadingServer server;
    private static Accounts accounts;
    private static DataSource administrator;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        FakeReplica replica =
                new FakeReplica(1, List.of()).leads(server.reign()).serves(server.server().http());
        accounts = new Accounts(replica, SqlConfig.defaults());
        assertThat(
                        accounts.create(
                                server.reign(),
                                new AccountName("app", "%"),
                                Password.of("correct horse"),
                                true,
                                Deadline.in(Duration.ofSeconds(20))))
                .isTrue();
        administrator = ClientLogin.as(server.server(), "app", "correct horse");
        execute("CREATE DATABASE shop");
        execute("CREATE TABLE shop.t (a INT PRIMARY KEY)");
    }

    @AfterAll
    static void stop() {
        accounts.close();
        server.close();
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static String value(String query) throws SQLException {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "nothing";
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE DATABASE other",
                "INSERT INTO shop.t VALUES (1)",
                "CREATE VIEW shop.v AS SELECT * FROM shop.t",
                "CREATE TRIGGER shop.tr BEFORE INSERT ON shop.t FOR EACH ROW SET NEW.a = NEW.a + 1",
                "CREATE FUNCTION shop.f() RETURNS INT RETURN 1",
                "CREATE PROCEDURE shop.p() INSERT INTO shop.t VALUES (5)",
                "CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO SET @a = 1",
                "CREATE SEQUENCE shop.s",
                "CREATE TEMPORARY TABLE shop.tmp (a INT)",
                "LOCK TABLES shop.t READ",
                "XA RECOVER",
                "SHOW PROCESSLIST",
                "SHOW CREATE USER CURRENT_USER",
            })
    void mayDoAllThatHappensInsideDatabases(String sql) {
        assertThatCode(() -> execute(sql)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the server's tables and ours, under each of their names
                "SELECT * FROM mysql.global_priv",
                "SELECT * FROM `#mysql50#mysql`.global_priv",
                "SELECT * FROM shop.`#mysql50#../mysql/global_priv`",
                "UPDATE mysql.db SET Grant_priv = 'Y'",
                "DELETE FROM mysql.gtid_slave_pos",
                "UPDATE mysql.proc SET definer = 'flotilla_admin@localhost'",
                "INSERT INTO mysql.innodb_table_stats SELECT * FROM mysql.innodb_table_stats",
                "SHOW CREATE VIEW mysql.user",
                "SHOW CREATE PROCEDURE flotilla.keep",
                "CREATE TABLE `#mysql50#flotilla`.x (a INT)",
                "CREATE TABLE flotilla.x (a INT)",
                "CREATE TABLE mysql.x (a INT)",
                "CREATE VIEW mysql.x AS SELECT 1",
                "CREATE TRIGGER mysql.x BEFORE INSERT ON mysql.event FOR EACH ROW SET @a = 1",
                "CREATE FUNCTION sys.x() RETURNS INT RETURN 1",
                "CREATE TABLE shop.fk (a INT, FOREIGN KEY (a) REFERENCES mysql.gtid_slave_pos (server_id))",
                "CREATE TABLE shop.u LIKE mysql.global_priv",
                "CREATE VIEW shop.w AS SELECT * FROM mysql.global_priv",
                "DROP DATABASE flotilla",
                "DROP DATABASE sys",
                "DROP DATABASE `#mysql50#mysql`",
                "ALTER TABLE shop.t RENAME flotilla.t",
                "RENAME TABLE shop.t TO mysql.t",
                "HANDLER mysql.global_priv OPEN",
                "LOCK TABLES mysql.db WRITE",
                "TRUNCATE mysql.slow_log",
                "CHECK TABLE mysql.global_priv",
                "CREATE TEMPORARY TABLE mysql.a (a INT)",
                "CALL flotilla.keep(1, 2, 3)",
                // accounts and rights
                "CREATE USER foo",
                "CREATE ROLE foo",
                "ALTER USER flotilla_admin@localhost IDENTIFIED BY 'x'",
                "DROP USER flotilla_admin@localhost",
                "RENAME USER flotilla_admin@localhost TO x@localhost",
                "SET PASSWORD FOR flotilla_admin@localhost = PASSWORD('x')",
                "GRANT SELECT ON shop.* TO app",
                "GRANT ALL ON `%`.* TO app",
                "GRANT ALL ON *.* TO app",
                "GRANT ALL ON mysql.* TO app",
                "GRANT PROXY ON flotilla_admin@localhost TO app",
                "REVOKE SHOW VIEW ON mysql.* FROM app",
                "SET ROLE flotilla_admin",
                "SET DEFAULT ROLE flotilla_admin",
                "SET SESSION AUTHORIZATION flotilla_admin@localhost",
                "SHOW GRANTS FOR flotilla_admin@localhost",
                "SHOW CREATE USER flotilla_admin@localhost",
                // in another's name
                "CREATE DEFINER=flotilla_admin@localhost PROCEDURE shop.q() SELECT 1",
                "CREATE DEFINER=flotilla_registrar@localhost VIEW shop.q AS SELECT 1",
                "CREATE DEFINER=flotilla_admin@localhost TRIGGER shop.q BEFORE DELETE ON shop.t FOR EACH ROW SET @a=1",
                "CREATE DEFINER=flotilla_admin@localhost EVENT shop.q ON SCHEDULE EVERY 1 DAY DO SET @a = 1",
                // past the binlog, or with a forged place in it
                "SET SESSION sql_log_bin=0",
                "SET STATEMENT sql_log_bin=0 FOR INSERT INTO shop.t VALUES (77)",
                "SET SESSION server_id=5",
                "SET SESSION gtid_seq_no=5",
                "SET SESSION gtid_domain_id=5",
                "SET SESSION binlog_format=STATEMENT",
                "SET SESSION binlog_row_image=MINIMAL",
                "SET SESSION pseudo_thread_id=7",
                "BINLOG 'SGVsbG8='",
                "RESET MASTER",
                "PURGE BINARY LOGS TO 'bin.000009'",
                "FLUSH BINARY LOGS",
                "SHOW MASTER STATUS",
                "SHOW BINARY LOGS",
                "SHOW BINLOG EVENTS",
                "SHOW SLAVE STATUS",
                "STOP SLAVE",
                "RESET SLAVE ALL",
                "CHANGE MASTER TO MASTER_HOST='x'",
                // the server as a whole
                "SET GLOBAL read_only=ON",
                "SET GLOBAL rpl_semi_sync_master_enabled=OFF",
                "SET GLOBAL rpl_semi_sync_master_timeout=1",
                "SET GLOBAL gtid_slave_pos=''",
                "SET GLOBAL sync_binlog=0",
                "SET GLOBAL event_scheduler=ON",
                "SET GLOBAL max_connections=1",
                "SET GLOBAL init_connect='x'",
                "SET GLOBAL general_log=ON",
                "SET SESSION enforce_storage_engine=NULL",
                "FLUSH TABLES",
                "FLUSH TABLES WITH READ LOCK",
                "FLUSH TABLES shop.t FOR EXPORT",
                "FLUSH PRIVILEGES",
                "FLUSH LOGS",
                "FLUSH STATUS",
                "BACKUP STAGE START",
                "BACKUP LOCK mysql.global_priv",
                "SHUTDOWN",
                "INSTALL PLUGIN x SONAME 'x'",
                "INSTALL SONAME 'x'",
                "UNINSTALL SONAME 'x'",
                "CREATE FUNCTION x RETURNS STRING SONAME 'x.so'",
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST '1')",
                "SHOW ENGINE INNODB STATUS",
                "ALTER INSTANCE RELOAD TLS",
                "CREATE TABLESPACE x ADD DATAFILE 'x' ENGINE=InnoDB",
                // files of the machine
                "SELECT 1 INTO OUTFILE 'a'",
                "SELECT 1 INTO DUMPFILE 'a'",
                "LOAD DATA INFILE '/etc/passwd' INTO TABLE shop.t",
                "LOAD XML INFILE '/etc/passwd' INTO TABLE shop.t",
            })
    void reachesNothingElse(String sql) {
        assertThatThrownBy(() -> execute(sql)).isInstanceOf(SQLException.class);
    }

    @Test
    void seesNoFileOfTheMachine() throws Exception {
        assertThat(value("SELECT LOAD_FILE('/etc/passwd')")).isEqualTo("null");
    }

    @Test
    void seesAndKillsNoSessionButItsOwn() throws Exception {
        try (Connection ours = server.server().admin();
                Statement statement = ours.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            String id = row.getString(1);

            assertThat(
                            value(
                                    "SELECT COUNT(*) FROM information_schema.processlist WHERE user <> 'app'"))
                    .isEqualTo("0");
            for (String how : List.of("KILL ", "KILL SOFT ", "KILL HARD QUERY ")) {
                assertThatThrownBy(() -> execute(how + id)).isInstanceOf(SQLException.class);
            }
            // These are no errors when there is nobody whom it may kill.
            for (String how : List.of("KILL USER ", "KILL SOFT QUERY USER ")) {
                execute(how + "flotilla_admin", how + "flotilla_admin@localhost");
            }
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    @Test
    void putsNoTableElsewhere(@TempDir Path elsewhere) throws Exception {
        for (String engine : List.of("InnoDB", "MyISAM", "Aria")) {
            execute(
                    "CREATE OR REPLACE TABLE shop.d (a INT) ENGINE="
                            + engine
                            + " DATA DIRECTORY='"
                            + elsewhere
                            + "' INDEX DIRECTORY='"
                            + elsewhere
                            + "'");
        }
        execute(
                "CREATE OR REPLACE TABLE shop.d (a INT) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN"
                        + " MAXVALUE DATA DIRECTORY='"
                        + elsewhere
                        + "')");

        assertThat(elsewhere).isEmptyDirectory();
        assertThat(
                        server.query(
                                "SELECT engine FROM information_schema.tables WHERE table_name = 'd'"))
                .isEqualTo("InnoDB");
    }

    @Test
    void isWrittenToTheBinlogAlsoWhenItPretendsToBeAReplica() throws Exception {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION pseudo_slave_mode=1, skip_replication=1");
            statement.execute("INSERT INTO shop.t VALUES (1001)");
            try (ResultSet row = statement.executeQuery("SELECT @@last_gtid")) {
                row.next();
                assertThat(row.getString(1)).startsWith("0-7-");
            }
        }
    }

    /// No right withholds it; so it is looked for after each definition, and said aloud (ARCHITECTURE.md, Guarantees).
    @Test
    void canMakePartitionsOfAnotherEngine() throws Exception {
        execute(
                "CREATE OR REPLACE TABLE shop.m (a INT) PARTITION BY RANGE (a)"
                        + " (PARTITION p VALUES LESS THAN MAXVALUE ENGINE=MyISAM)");

        assertThat(
                        server.query(
                                "SELECT COUNT(*) FROM information_schema.partitions p JOIN information_schema.tables t"
                                        + " USING (table_schema, table_name) WHERE table_schema = 'shop' AND"
                                        + " create_options LIKE '%partitioned%' AND t.engine <> 'InnoDB'"))
                .isEqualTo("1");
        execute("ALTER TABLE shop.m ENGINE=InnoDB");
    }

    /// The server would give them in its own tables, on the leader only.
    @Test
    void isGivenNoRightsByMakingARoutine() throws Exception {
        execute("CREATE OR REPLACE PROCEDURE shop.mine() SELECT 1");

        assertThat(server.query("SELECT COUNT(*) FROM mysql.procs_priv WHERE User = 'app'"))
                .isEqualTo("0");
    }

    @Test
    void changesItsOwnPasswordAndNoOthers() throws Exception {
        accounts.create(
                server.reign(),
                new AccountName("changing", "%"),
                Password.of("the first one"),
                true,
                Deadline.in(Duration.ofSeconds(20)));
        DataSource before = ClientLogin.as(server.server(), "changing", "the first one");
        try (Connection connection = before.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET PASSWORD = PASSWORD('the second one')");
        }

        assertThatThrownBy(before::getConnection).isInstanceOf(SQLException.class);
        ClientLogin.as(server.server(), "changing", "the second one").getConnection().close();
    }
}
