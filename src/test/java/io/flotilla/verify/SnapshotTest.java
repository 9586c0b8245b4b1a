package io.flotilla.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.SchemaDigest;
import io.flotilla.ddl.TableName;
import io.flotilla.ddl.TestServer;
import io.flotilla.failure.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The rows of real tables, summed up: what is equal is found equal, and any difference is found.
class SnapshotTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.leader();
        server.execute("CREATE DATABASE app", "CREATE DATABASE other");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static String sum(String database, String table)
            throws SQLException, IOException, InterruptedException {
        try (Snapshot snapshot = Snapshot.open(server.connect())) {
            return snapshot.sum(new TableName(database, table), Deadline.in(PATIENCE)).toString();
        }
    }

    private static void sameTables(String table, String definition, String first, String second)
            throws SQLException {
        server.execute(
                "CREATE TABLE app.%s %s".formatted(table, definition),
                "CREATE TABLE other.%s %s".formatted(table, definition),
                "INSERT INTO app.%s VALUES %s".formatted(table, first),
                "INSERT INTO other.%s VALUES %s".formatted(table, second));
    }

    @Test
    void equalRowsInAnotherPhysicalOrderAreEqual() throws Exception {
        sameTables("heap", "(a INT, b TEXT)", "(1, 'x'), (2, 'y')", "(2, 'y'), (1, 'x')");
        assertThat(sum("app", "heap")).isEqualTo(sum("other", "heap")).startsWith("2:");
    }

    @Test
    void aRowThatIsThereTwiceWithoutAKeyCounts() throws Exception {
        sameTables("twice", "(a INT)", "(1), (1), (2)", "(1), (2), (2)");
        assertThat(sum("app", "twice")).isNotEqualTo(sum("other", "twice"));
    }

    @Test
    void nullIsNotTheEmptyString() throws Exception {
        for (String type : List.of("VARCHAR(9)", "TEXT", "BLOB", "BINARY(1)")) {
            String table = "null_" + type.toLowerCase(java.util.Locale.ROOT).replaceAll("\\W", "");
            sameTables(table, "(a " + type + ")", "(NULL)", "('')");
            assertThat(sum("app", table)).as(type).isNotEqualTo(sum("other", table));
        }
    }

    @Test
    void whereOneColumnEndsAndTheNextBeginsCounts() throws Exception {
        sameTables("ends", "(a VARCHAR(9), b VARCHAR(9))", "('x,1:y', 'z')", "('x', '1:y,z')");
        assertThat(sum("app", "ends")).isNotEqualTo(sum("other", "ends"));
    }

    /// A pair of values of each type that differ by as little as they can, and one of a thousand rows or so in between.
    @Test
    void theLeastDifferenceOfEveryTypeIsFound() throws Exception {
        List<List<String>> types =
                List.of(
                        List.of("BIGINT UNSIGNED", "18446744073709551615", "18446744073709551614"),
                        List.of("DECIMAL(65,30)", "1e-30", "2e-30"),
                        List.of("FLOAT", "16777216", "16777218"),
                        List.of("FLOAT", "0.1", "0.10000001"),
                        List.of("DOUBLE", "0.1", "0.10000000000000002"),
                        List.of("DOUBLE(9,2)", "0.12", "0.13"),
                        List.of("BIT(64)", "b'1'", "b'0'"),
                        List.of("ENUM('a','b')", "'a'", "'b'"),
                        List.of("SET('a','b')", "'a,b'", "'b'"),
                        List.of("YEAR", "2001", "2002"),
                        List.of("DATE", "'2001-01-01'", "'2001-01-02'"),
                        List.of("TIME(6)", "'-00:00:00.000001'", "'-00:00:00.000002'"),
                        List.of("DATETIME(6)", "'2001-01-01 0:0:0.1'", "'2001-01-01 0:0:0.100001'"),
                        List.of(
                                "TIMESTAMP(6)",
                                "'2001-01-01 0:0:0.1'",
                                "'2001-01-01 0:0:0.100001'"),
                        List.of("CHAR(3)", "'a'", "'A'"),
                        List.of("VARCHAR(3)", "'a'", "'a '"),
                        List.of("VARCHAR(3)", "'é'", "'e'"),
                        List.of("VARCHAR(9) CHARACTER SET latin1", "'é'", "'e'"),
                        List.of("VARBINARY(3)", "X'00'", "X'0000'"),
                        List.of(
                                "LONGTEXT",
                                "REPEAT('x', 70000)",
                                "CONCAT(REPEAT('x', 69999), 'y')"),
                        List.of("LONGBLOB", "X'FF'", "X'FE'"),
                        List.of("JSON", "'{}'", "'{ }'"),
                        List.of(
                                "UUID",
                                "'123e4567-e89b-12d3-a456-426655440000'",
                                "'123e4567-e89b-12d3-a456-426655440001'"),
                        List.of("INET6", "'::1'", "'::2'"),
                        List.of("INET4", "'1.2.3.4'", "'1.2.3.5'"),
                        List.of("POINT", "POINT(1, 2)", "POINT(1, 3)"),
                        List.of("GEOMETRY", "POINT(1, 2)", "ST_GeomFromText('POINT(1 2)', 4326)"));
        for (int i = 0; i < types.size(); i++) {
            List<String> type = types.get(i);
            String table = "type" + i;
            sameTables(
                    table,
                    "(a " + type.get(0) + ", b INT)",
                    "(%s, 1), (NULL, 2)".formatted(type.get(1)),
                    "(%s, 1), (NULL, 2)".formatted(type.get(2)));
            String before = sum("other", table);
            assertThat(sum("app", table)).as(type.toString()).isNotEqualTo(before);
            server.execute("UPDATE other.%s SET a = %s WHERE b = 1".formatted(table, type.get(1)));
            assertThat(sum("app", table)).as(type.toString()).isEqualTo(sum("other", table));
        }
    }

    @Test
    void virtualColumnsAreLeftOutAndStoredOnesAreNot() throws Exception {
        server.execute(
                "CREATE TABLE app.v (a INT, b INT AS (a + 1) VIRTUAL, c INT AS (a + 2) STORED, d INT INVISIBLE)",
                "INSERT INTO app.v (a, d) VALUES (1, 7)");
        RowHash hash;
        try (Connection connection = server.connect()) {
            hash = RowHash.of(connection, new TableName("app", "v"));
        }
        assertThat(hash.row()).contains("`a`", "`c`", "`d`").doesNotContain("`b`");
        String before = sum("app", "v");
        server.execute("UPDATE app.v SET d = 8");
        assertThat(sum("app", "v")).isNotEqualTo(before);
    }

    /// The keys are such that a wrong comparison of them leaves rows out or counts them twice.
    @Test
    void aTableThatIsReadInChunksIsReadWhole() throws Exception {
        server.execute(
                "USE app",
                """
                CREATE TABLE app.big (s VARCHAR(20) COLLATE utf8mb4_bin, d DATETIME(3), n INT, b VARBINARY(9),
                  v INT, PRIMARY KEY (s, d, n, b))
                """,
                """
                INSERT INTO app.big SELECT CONCAT('k''é\\\\', seq % 7), '2001-01-01' + INTERVAL seq % 11 SECOND,
                  -seq, CHAR(seq % 256), seq FROM seq_1_to_10000
                """,
                "CREATE TABLE other.big AS SELECT * FROM app.big");
        assertThat(sum("app", "big")).isEqualTo(sum("other", "big")).startsWith("10000:");
        server.execute("UPDATE app.big SET v = -1 WHERE n = -5000");
        assertThat(sum("app", "big")).isNotEqualTo(sum("other", "big"));
    }

    @Test
    void whatIsWrittenLaterIsNotSeenAndDdlDoesNotWait() throws Exception {
        server.execute(
                "CREATE TABLE app.later (id INT PRIMARY KEY)", "INSERT INTO app.later VALUES (1)");
        TableName table = new TableName("app", "later");
        try (Snapshot snapshot = Snapshot.open(server.connect())) {
            server.execute("INSERT INTO app.later VALUES (2)");
            assertThat(snapshot.sum(table, Deadline.in(PATIENCE)).rows()).isEqualTo(1);
            server.execute("SET lock_wait_timeout = 1", "DROP TABLE app.later");
        }
    }

    @Test
    void theSnapshotOfALeaderBelongsToOnePosition() throws Exception {
        server.execute("CREATE TABLE app.p (id INT PRIMARY KEY)", "INSERT INTO app.p VALUES (1)");
        Gtid last = Gtid.parse(server.query("SELECT @@global.gtid_binlog_pos"));
        try (Snapshot snapshot = Snapshot.open(server.connect())) {
            server.execute("INSERT INTO app.p VALUES (2)");
            assertThat(snapshot.binlogPosition()).isEqualTo(last.toString());
            server.execute("FLUSH BINARY LOGS");
            assertThat(snapshot.binlogPosition()).isEqualTo(last.toString());
        }
        try (Snapshot snapshot = Snapshot.open(server.connect())) {
            assertThat(Gtid.parse(snapshot.binlogPosition()).seq()).isEqualTo(last.seq() + 1);
        }
    }

    @Test
    void sequencesAreReadByTheirRows() throws Exception {
        server.execute("CREATE SEQUENCE app.s INCREMENT -1 CACHE 10", "SELECT NEXTVAL(app.s)");
        try (Snapshot snapshot = Snapshot.open(server.connect())) {
            SequenceValue before = snapshot.sequences().get("app.s");
            server.execute("SELECT SETVAL(app.s, -50)");
            SequenceValue after = snapshot.sequences().get("app.s");
            assertThat(after.aheadOf(before)).isTrue();
            assertThat(before.aheadOf(after)).isFalse();
            assertThat(after.aheadOf(after)).isFalse();
        }
    }

    @Test
    void aChangedDefaultAndAChangedRoutineAreDefinitionsThatDiffer() throws Exception {
        server.execute(
                "CREATE TABLE app.def (a INT DEFAULT 1)",
                "CREATE FUNCTION app.f() RETURNS INT RETURN 1");
        List<String> before = lines();
        server.execute("ALTER TABLE app.def ALTER a SET DEFAULT 2");
        List<String> after = lines();
        assertThat(after).hasSameSizeAs(before).isNotEqualTo(before);
        server.execute("CREATE OR REPLACE FUNCTION app.f() RETURNS INT RETURN 2");
        assertThat(lines()).hasSameSizeAs(after).isNotEqualTo(after);
    }

    private static List<String> lines() throws SQLException {
        try (Connection connection = server.connect()) {
            return SchemaDigest.read(connection).lines();
        }
    }
}
