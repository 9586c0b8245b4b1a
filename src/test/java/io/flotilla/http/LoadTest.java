package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.TapAddress;
import io.flotilla.cli.Flotilla;
import io.flotilla.sql.LeadingServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./flotilla load` of what the server's own `mariadb-dump` writes, on one real server.
final class LoadTest {
    private static final String[] SHOP = {
        "CREATE DATABASE shop CHARACTER SET latin1",
        "USE shop",
        "CREATE TABLE dock (id INT PRIMARY KEY, name VARCHAR(50) CHARACTER SET utf8mb4 NOT NULL)",
        "CREATE TABLE boat (id INT AUTO_INCREMENT PRIMARY KEY, dock INT, raw LONGBLOB, price DECIMAL(30,10),"
                + " size DOUBLE, seen TIMESTAMP(6) NULL, bits BIT(9), half INT AS (dock * 2) STORED,"
                + " twice INT AS (dock * 4) VIRTUAL, js JSON, kind ENUM('a','b;'),"
                + " FOREIGN KEY (dock) REFERENCES dock (id))",
        "INSERT INTO dock VALUES (1, 'Zoë 🚢; -- no comment'), (2, 'it''s \\\\ \\n \\\" `x`'), (3, '/* no comment */')",
        "INSERT INTO boat (dock, raw, price, size, seen, bits, js, kind) VALUES"
                + " (1, x'00FF27225C0A1A80', 1234567890.0123456789, 0.1, '2024-10-27 00:30:00.123456', b'101010101',"
                + " '{\"a\":[1,\"ü\"]}', 'b;'), (2, '', NULL, 1e300, NULL, NULL, NULL, NULL)",
        "CREATE SEQUENCE numbers START WITH 100 INCREMENT BY 5",
        "SELECT NEXTVAL(numbers)",
        "CREATE VIEW big AS SELECT b.id, d.name FROM boat b JOIN dock d ON d.id = b.dock",
        "CREATE VIEW bigger AS SELECT * FROM big",
        "CREATE PROCEDURE fill(n INT) BEGIN -- a remark;\n DECLARE i INT DEFAULT 0; /* another; */"
                + " WHILE i < n DO INSERT INTO dock VALUES (100 + i, 'p;'); SET i = i + 1; END WHILE; END",
        "CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
        "CREATE TRIGGER stamp BEFORE INSERT ON boat FOR EACH ROW BEGIN SET NEW.size = NEW.size + 1; END",
        "CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM dock WHERE id > 1000; END",
    };

    private static final String[] SEEN = {
        "SHOW CREATE DATABASE shop",
        "SHOW CREATE TABLE shop.dock",
        "SHOW CREATE TABLE shop.boat",
        "SELECT * FROM shop.dock ORDER BY id",
        "SELECT *, HEX(raw), HEX(bits) FROM shop.boat ORDER BY id",
        "SELECT * FROM shop.bigger ORDER BY id",
        "SHOW CREATE SEQUENCE shop.numbers",
        "SELECT NEXTVAL(shop.numbers) > 100",
        "SELECT name, body, sql_mode, character_set_client FROM mysql.proc WHERE db = 'shop' ORDER BY name",
        "SELECT trigger_name, action_statement, sql_mode FROM information_schema.triggers"
                + " WHERE trigger_schema = 'shop'",
        "SELECT name, body, interval_value, sql_mode FROM mysql.event WHERE db = 'shop'",
    };

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;
    @TempDir private Path here;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(config -> config);
        node.replica.leads(server.reign()).serves(server.server().http());
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    @BeforeEach
    void clear() throws Exception {
        all("DROP DATABASE IF EXISTS shop");
    }

    private static void all(String... statements) throws SQLException {
        try (Connection connection = server.server().admin();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static List<String> seen() throws SQLException {
        List<String> seen = new ArrayList<>();
        try (Connection connection = server.server().admin();
                Statement statement = connection.createStatement()) {
            for (String query : SEEN) {
                try (ResultSet row = statement.executeQuery(query)) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            seen.add(row.getMetaData().getColumnLabel(i) + "=" + row.getString(i));
                        }
                    }
                }
            }
        }
        return seen;
    }

    private Path dump(String... options) throws Exception {
        Path program;
        try (Stream<Path> programs = Files.walk(Path.of("target", "engine-programs"))) {
            program =
                    programs.filter(path -> path.endsWith("mariadb-dump"))
                            .findFirst()
                            .orElseThrow();
        }
        TapAddress admin = server.server().tapAddress();
        Path file = here.resolve("dump.sql");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--no-defaults",
                                "--skip-ssl",
                                "--socket=" + admin.socket(),
                                "--user=" + admin.user()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(file.toFile());
        builder.environment().put("MYSQL_PWD", admin.password());
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(process.waitFor()).isZero();
        return file;
    }

    private record Outcome(int code, String said) {}

    private static Outcome load(String... arguments) {
        List<String> all = new ArrayList<>(List.of("load", "--url", node.url("").toString()));
        all.addAll(List.of(arguments));
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            return new Outcome(
                    Flotilla.run(all.toArray(String[]::new)),
                    said.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void givesBackWhatWasDumped() throws Exception {
        all(SHOP);
        List<String> before = seen();
        for (String options : List.of("--hex-blob", "--skip-extended-insert", "--master-data=2")) {
            Path file =
                    dump(options, "--routines", "--triggers", "--events", "--databases", "shop");
            all("DROP DATABASE shop");

            Outcome outcome = load(file.toString());

            assertThat(outcome.code()).as(options + ": " + outcome.said()).isZero();
            assertThat(seen()).as(options).isEqualTo(before);
        }
    }

    @Test
    void givesBackWhatItHasDumpedItself() throws Exception {
        all(SHOP);
        all(
                "USE shop",
                "INSERT INTO dock SELECT seq + 10, REPEAT('Zoë 🚢', 10) FROM seq_1_to_5000");
        List<String> before = seen();
        Path file = here.resolve("dump.sql");
        String url = node.url("").toString();
        assertThat(Flotilla.run("dump", "--url", url, "--output", file.toString(), "shop"))
                .isZero();
        all("DROP DATABASE shop");

        Outcome outcome = load(file.toString());

        assertThat(outcome.code()).as(outcome.said()).isZero();
        assertThat(seen()).isEqualTo(before);
        assertThat(Files.readString(file)).endsWith("-- Dump completed\n");
    }

    @Test
    void dumpsNothingOfTheSystems() throws Exception {
        String url = node.url("").toString();

        assertThat(Flotilla.run("dump", "--url", url, "mysql")).isEqualTo(1);
        assertThat(Flotilla.run("dump", "--url", url, "notthere")).isEqualTo(1);
    }

    @Test
    void makesTheDatabaseOfADumpThatNamesNone() throws Exception {
        Path file = here.resolve("dump.sql");
        Files.writeString(
                file,
                """
                -- MySQL dump
                SET @@SESSION.SQL_LOG_BIN= 0;
                SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'abc:1-5';
                /*!40101 SET NAMES utf8mb4 */;
                /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION' */;
                CHANGE MASTER TO MASTER_LOG_FILE='bin.1', MASTER_LOG_POS=4;
                CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY /*!80023 INVISIBLE */, v TEXT) ENGINE=MyISAM;
                LOCK TABLES t WRITE;
                /*!40000 ALTER TABLE `t` DISABLE KEYS */;
                INSERT INTO t VALUES (0, 'zero');
                /*!40000 ALTER TABLE `t` ENABLE KEYS */;
                UNLOCK TABLES;
                DELIMITER ;;
                /*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER tr BEFORE INSERT ON t
                FOR EACH ROW BEGIN SET NEW.v = 'x;'; END */;;
                DELIMITER ;
                """);

        Outcome outcome = load("--db", "shop", file.toString());

        assertThat(outcome.code()).as(outcome.said()).isZero();
        assertThat(server.query("SELECT CONCAT(id, v) FROM shop.t")).isEqualTo("0zero");
        assertThat(
                        server.query(
                                "SELECT engine FROM information_schema.tables WHERE table_schema = 'shop'"))
                .isEqualTo("InnoDB");
        assertThat(
                        server.query(
                                "SELECT definer FROM information_schema.triggers WHERE trigger_schema = 'shop'"))
                .isEqualTo("flotilla_http@localhost");
    }

    @Test
    void namesTheLineAndTheStatementThatFailed() throws Exception {
        Path file = here.resolve("dump.sql");
        Files.writeString(
                file,
                """
                CREATE TABLE t (id INT PRIMARY KEY);
                INSERT INTO t VALUES (1);
                INSERT INTO t
                VALUES (2), (1);
                """);

        Outcome outcome = load("-D", "shop", file.toString());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.said())
                .contains("line 3: ")
                .contains("Duplicate entry '1'")
                .contains("in: INSERT INTO t VALUES (2), (1)")
                .contains("go on with --from-line 2");
        assertThat(server.query("SELECT COUNT(*) FROM shop.t")).isEqualTo("0");

        Files.writeString(file, Files.readString(file).replace(", (1);", ", (3);"));
        outcome = load("-D", "shop", "--from-line", "2", file.toString());

        assertThat(outcome.code()).as(outcome.said()).isZero();
        assertThat(server.query("SELECT COUNT(*) FROM shop.t")).isEqualTo("3");
    }

    @Test
    void refusesTheSystemsDatabasesAndAccounts() throws Exception {
        for (String refused :
                List.of(
                        "USE `mysql`;",
                        "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `mysql`;",
                        "CREATE USER `x`@`%`;",
                        "GRANT SELECT ON *.* TO `x`@`%`;")) {
            Path file = here.resolve("dump.sql");
            Files.writeString(file, refused);

            assertThat(load(file.toString()).said()).contains("line 1: a dump of the system's");
        }
    }
}
