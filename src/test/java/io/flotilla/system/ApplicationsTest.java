package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.Eventually;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What real applications do, through a follower's MySQL door; in the end all servers hold the same.
@Tag("long")
final class ApplicationsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LARGE_ROWS = 200;
    private static final int LARGE_ROW_BYTES = 1 << 20;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @TempDir Path directory;

    private Fleet fleet;
    private int port;

    @Test
    void workAsOnOneServer() throws Exception {
        fleet = place.with("sql.admin.user", "admin").start(3);
        port = fleet.node(fleet.others(fleet.leaderWithServer()).getFirst()).readWritePort();
        Eventually.eventually(
                SOON,
                () -> {
                    try (Connection client = connect("")) {
                        run(client, "CREATE DATABASE IF NOT EXISTS app");
                    }
                });
        statements();
        routines();
        transactionsOfTwoPhases();
        filesOfTheClient();
        definitions();
        migrations();
        dumps();
        largeTransaction();
        events();
        equal();
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:%d/%s?sslMode=disable&allowLocalInfile=true&connectTimeout=15000"
                        .formatted(port, database),
                "admin",
                "");
    }

    private static void run(Connection client, String... statements) throws SQLException {
        try (Statement statement = client.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String ask(Connection client, String query) throws SQLException {
        try (Statement statement = client.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "nothing";
        }
    }

    private void statements() throws SQLException {
        try (Connection client = connect("app");
                Connection other = connect("app")) {
            run(
                    client,
                    "CREATE TABLE customer (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL)",
                    "CREATE TABLE purchase (id INT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, amount DECIMAL(9,2),"
                            + " FOREIGN KEY (customer) REFERENCES customer (id) ON DELETE CASCADE)");
            try (PreparedStatement insert =
                    client.prepareStatement("INSERT INTO customer (name) VALUES (?)")) {
                for (String name : new String[] {"ann", "bob", "O'Neil"}) {
                    insert.setString(1, name);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(3);
            }
            run(client, "INSERT INTO customer (name) VALUES ('last')");
            assertThat(ask(client, "SELECT LAST_INSERT_ID()")).isEqualTo("4");
            run(client, "SET @chosen = 2");
            assertThat(ask(client, "SELECT name FROM customer WHERE id = @chosen"))
                    .isEqualTo("bob");

            client.setAutoCommit(false);
            run(client, "INSERT INTO purchase (customer, amount) VALUES (1, 10.50)");
            Savepoint savepoint = client.setSavepoint("half");
            run(client, "INSERT INTO purchase (customer, amount) VALUES (1, 99)");
            client.rollback(savepoint);
            run(client, "INSERT INTO purchase (customer, amount) VALUES (2, 20)");
            client.commit();
            assertThat(ask(client, "SELECT SUM(amount) FROM purchase")).isEqualTo("30.50");

            run(client, "SELECT * FROM customer WHERE id = 1 FOR UPDATE");
            run(other, "SET innodb_lock_wait_timeout = 1");
            assertThatThrownBy(() -> run(other, "UPDATE customer SET name = 'x' WHERE id = 1"))
                    .hasMessageContaining("Lock wait timeout");
            client.rollback();
            client.setAutoCommit(true);
            assertThatThrownBy(() ->
                            run(client, "INSERT INTO purchase (customer, amount) VALUES (77, 1)"))
                    .hasMessageContaining("foreign key constraint fails");

            run(
                    client,
                    "CREATE TEMPORARY TABLE cart (item INT)",
                    "INSERT INTO cart VALUES (1), (2)",
                    "INSERT INTO purchase (customer, amount) SELECT 3, COUNT(*) FROM cart",
                    "DELETE FROM customer WHERE id = 2");
            assertThat(ask(client, "SELECT COUNT(*) FROM purchase")).isEqualTo("2");
        }
    }

    private void routines() throws SQLException {
        try (Connection client = connect("app")) {
            run(
                    client,
                    "CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(100), at DATETIME(6))",
                    "CREATE TRIGGER customer_added AFTER INSERT ON customer FOR EACH ROW"
                            + " INSERT INTO audit (what, at) VALUES (CONCAT('added ', NEW.name), NOW(6))",
                    "CREATE PROCEDURE add_customers(IN n INT) BEGIN DECLARE i INT DEFAULT 0; WHILE i < n DO"
                            + " INSERT INTO customer (name) VALUES (CONCAT('c', RAND(), UUID())); SET i = i + 1;"
                            + " END WHILE; END",
                    "CREATE FUNCTION customers() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM customer)",
                    "CREATE VIEW totals AS SELECT c.name, SUM(p.amount) AS total FROM customer c"
                            + " JOIN purchase p ON p.customer = c.id GROUP BY c.name",
                    "CALL add_customers(20)");
            assertThat(ask(client, "SELECT customers()")).isEqualTo("23");
            assertThat(ask(client, "SELECT COUNT(*) FROM audit")).isEqualTo("20");
            assertThat(ask(client, "SELECT total FROM totals WHERE name = 'ann'"))
                    .isEqualTo("10.50");
        }
    }

    private void transactionsOfTwoPhases() throws SQLException {
        try (Connection client = connect("app")) {
            run(
                    client,
                    "XA START 'one'",
                    "INSERT INTO customer (name) VALUES ('xa committed')",
                    "XA END 'one'",
                    "XA PREPARE 'one'",
                    "XA COMMIT 'one'",
                    "XA START 'two'",
                    "INSERT INTO customer (name) VALUES ('xa rolled back')",
                    "XA END 'two'",
                    "XA PREPARE 'two'",
                    "XA ROLLBACK 'two'");
            assertThat(ask(client, "SELECT COUNT(*) FROM customer WHERE name LIKE 'xa%'"))
                    .isEqualTo("1");
        }
    }

    private void filesOfTheClient() throws Exception {
        Path file = Files.writeString(directory.resolve("rows.csv"), "1,one\n2,two\n3,three\n");
        try (Connection client = connect("app")) {
            run(
                    client,
                    "CREATE TABLE loaded (id INT PRIMARY KEY, word VARCHAR(20))",
                    "LOAD DATA LOCAL INFILE '"
                            + file
                            + "' INTO TABLE loaded FIELDS TERMINATED BY ','");
            assertThat(ask(client, "SELECT GROUP_CONCAT(word ORDER BY id) FROM loaded"))
                    .isEqualTo("one,two,three");
        }
    }

    private void definitions() throws SQLException {
        try (Connection client = connect("app")) {
            run(
                    client,
                    "CREATE TABLE copied AS SELECT id, name FROM customer",
                    "ALTER TABLE customer ADD COLUMN city VARCHAR(30) DEFAULT 'Ulm', ALGORITHM=INSTANT",
                    "ALTER TABLE customer ADD INDEX by_name (name), ALGORITHM=INPLACE, LOCK=NONE",
                    "ALTER TABLE copied ADD PRIMARY KEY (id)",
                    "CREATE SEQUENCE tickets",
                    "CREATE TABLE sold (ticket INT PRIMARY KEY DEFAULT (NEXT VALUE FOR tickets), name VARCHAR(20))",
                    "INSERT INTO sold (name) VALUES ('first'), ('second')");
            assertThat(ask(client, "SELECT MAX(ticket) FROM sold")).isEqualTo("2");
        }
    }

    /// The tools that most applications change their schema with, on an empty database.
    private void migrations() throws Exception {
        try (Connection client = connect("")) {
            run(client, "CREATE DATABASE flyway", "CREATE DATABASE liquibase");
        }
        Path scripts = Files.createDirectories(directory.resolve("flyway"));
        Files.writeString(
                scripts.resolve("V1__first.sql"),
                "CREATE TABLE thing (id INT PRIMARY KEY);\nINSERT INTO thing VALUES (1);\n");
        Files.writeString(
                scripts.resolve("V2__second.sql"),
                "ALTER TABLE thing ADD COLUMN name VARCHAR(9);\n");
        for (int start = 0; start < 2; start++) {
            Flyway.configure()
                    .dataSource(
                            "jdbc:mariadb://127.0.0.1:%d/flyway?sslMode=disable".formatted(port),
                            "admin",
                            "")
                    .locations("filesystem:" + scripts)
                    .load()
                    .migrate();
        }
        Path changes = Files.createDirectories(directory.resolve("liquibase"));
        Files.writeString(
                changes.resolve("changes.sql"),
                """
                --liquibase formatted sql
                --changeset us:1
                CREATE TABLE thing (id INT PRIMARY KEY);
                --changeset us:2
                INSERT INTO thing VALUES (1);
                """);
        for (int start = 0; start < 2; start++) {
            try (Connection client = connect("liquibase");
                    Liquibase liquibase =
                            new Liquibase(
                                    "changes.sql",
                                    new DirectoryResourceAccessor(changes),
                                    new JdbcConnection(client))) {
                liquibase.update("");
            }
        }
        try (Connection client = connect("")) {
            assertThat(ask(client, "SELECT COUNT(name) + COUNT(*) FROM flyway.thing"))
                    .isEqualTo("1");
            assertThat(ask(client, "SELECT COUNT(*) FROM liquibase.thing")).isEqualTo("1");
        }
    }

    /// As a blog's: many engines and defaults of old servers.
    private void dumps() throws SQLException {
        try (Connection client = connect("")) {
            run(client, "CREATE DATABASE blog");
        }
        try (Connection client = connect("blog")) {
            run(
                    client,
                    "SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO'",
                    "DROP TABLE IF EXISTS `wp_options`",
                    "CREATE TABLE `wp_options` (`option_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,"
                            + " `option_name` varchar(191) NOT NULL DEFAULT '', `option_value` longtext NOT NULL,"
                            + " `autoload` varchar(20) NOT NULL DEFAULT 'yes', PRIMARY KEY (`option_id`),"
                            + " UNIQUE KEY `option_name` (`option_name`)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4",
                    "LOCK TABLES `wp_options` WRITE",
                    "/*!40000 ALTER TABLE `wp_options` DISABLE KEYS */",
                    "INSERT INTO `wp_options` VALUES (1,'siteurl','http://example.com','yes'),(2,'blogname','It''s','yes')",
                    "/*!40000 ALTER TABLE `wp_options` ENABLE KEYS */",
                    "UNLOCK TABLES",
                    "SET SQL_MODE=@OLD_SQL_MODE",
                    "CREATE TABLE wp_posts (ID bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,"
                            + " post_date datetime NOT NULL DEFAULT current_timestamp(), post_title text NOT NULL,"
                            + " FULLTEXT KEY t (post_title)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci",
                    "INSERT INTO wp_posts (post_title) VALUES ('hello world'), ('good bye')");
            assertThat(
                            ask(
                                    client,
                                    "SELECT COUNT(*) FROM wp_posts WHERE MATCH (post_title) AGAINST ('hello')"))
                    .isEqualTo("1");
            assertThat(
                            ask(
                                    client,
                                    "SELECT engine FROM information_schema.tables WHERE table_schema = 'blog' AND table_name = 'wp_options'"))
                    .isEqualTo("InnoDB");
        }
    }

    /// 200 MB in one transaction.
    private void largeTransaction() throws SQLException {
        try (Connection client = connect("app")) {
            run(client, "CREATE TABLE large (id INT PRIMARY KEY, body LONGBLOB)");
            client.setAutoCommit(false);
            try (PreparedStatement insert =
                    client.prepareStatement("INSERT INTO large VALUES (?, REPEAT(?, ?))")) {
                for (int row = 0; row < LARGE_ROWS; row++) {
                    insert.setInt(1, row);
                    insert.setString(2, Character.toString('a' + row % 26));
                    insert.setInt(3, LARGE_ROW_BYTES);
                    insert.executeUpdate();
                }
            }
            long began = System.nanoTime();
            client.commit();
            place.say(
                    "200 MB committed in %d ms".formatted((System.nanoTime() - began) / 1_000_000));
            assertThat(ask(client, "SELECT SUM(LENGTH(body)) >> 20 FROM large"))
                    .isEqualTo(Integer.toString(LARGE_ROWS));
        }
    }

    /// Run by the leader alone: each row is there once.
    private void events() throws Exception {
        try (Connection client = connect("app")) {
            run(
                    client,
                    "CREATE TABLE ticked (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME NOT NULL)",
                    "CREATE EVENT tick ON SCHEDULE EVERY 1 SECOND DO INSERT INTO ticked (at) VALUES (NOW())");
            Eventually.eventually(
                    SOON,
                    () ->
                            assertThat(Integer.parseInt(ask(client, "SELECT COUNT(*) FROM ticked")))
                                    .isGreaterThan(3));
            run(client, "DROP EVENT tick");
            assertThat(ask(client, "SELECT COUNT(*) - COUNT(DISTINCT at) FROM ticked"))
                    .isEqualTo("0");
        }
    }

    private void equal() throws Exception {
        fleet.awaitLevel(SOON.multipliedBy(3));
        try (FleetClient client = new FleetClient(SOON.multipliedBy(3))) {
            FleetClient.Answer answer = client.post(fleet.node(1).http(), "/verify", Map.of());
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("equal").asBoolean()).as(answer.body()).isTrue();
            assertThat(answer.json().path("nodes").size()).as(answer.body()).isEqualTo(3);
        }
    }
}
