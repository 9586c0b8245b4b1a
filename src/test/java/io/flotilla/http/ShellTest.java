package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.cli.Flotilla;
import io.flotilla.sql.LeadingServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./flotilla sql` with scripts from standard input, at a node with a real server.
final class ShellTest {
    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    private String out = "";
    private String err = "";

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
        server.execute("DROP DATABASE IF EXISTS shop");
        server.execute("CREATE DATABASE shop");
        server.execute("CREATE TABLE shop.dock (id INT PRIMARY KEY, name VARCHAR(200))");
    }

    private int sql(String script, String... options) {
        InputStream realIn = System.in;
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        ByteArrayOutputStream failures = new ByteArrayOutputStream();
        String[] command = new String[options.length + 3];
        command[0] = "sql";
        command[1] = "--url";
        command[2] = node.url("").toString();
        System.arraycopy(options, 0, command, 3, options.length);
        System.setIn(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)));
        // As in a locale without any such letters.
        System.setOut(new PrintStream(shown, true, StandardCharsets.US_ASCII));
        System.setErr(new PrintStream(failures, true, StandardCharsets.US_ASCII));
        try {
            return Flotilla.run(command);
        } finally {
            System.setIn(realIn);
            System.setOut(realOut);
            System.setErr(realErr);
            out = shown.toString(StandardCharsets.UTF_8);
            err = failures.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void describesDatabasesTablesAndColumns() {
        assertThat(sql("\\l\n\\c shop\n\\d\n\\d dock\n")).as(err).isZero();

        assertThat(out)
                .contains(" shop\n")
                .contains(" Tables_in_shop\n---------------\n dock\n(1 row)\n")
                .containsPattern("Field +\\| Type +\\| Null \\| Key")
                .containsPattern("id +\\| int\\(11\\) +\\| NO +\\| PRI")
                .containsPattern("name +\\| varchar\\(200\\) +\\| YES");
    }

    @Test
    void saysHowLongStatementsTakeAndThenNoLonger() {
        assertThat(sql("\\timing\nDO 0;\n\\level none\n\\timing\nDO 0;\n")).as(err).isZero();

        assertThat(out)
                .matches(
                        """
                        Timing is on\\.
                        OK, 0 rows affected
                        Time: \\d+\\.\\d ms
                        Reads are none\\.
                        Timing is off\\.
                        OK, 0 rows affected
                        """);
    }

    @Test
    void showsTheNodes() {
        assertThat(sql("\\nodes\n")).as(err).isZero();

        assertThat(out.lines().toList()).hasSize(2);
        assertThat(out)
                .containsPattern("NODE +ROLE +TERM +HTTP")
                .containsPattern("1 +leading +\\d+ +http://localhost:" + node.door.port());
    }

    @Test
    void runsAScriptToItsFirstFailure() throws Exception {
        int code =
                sql(
                        """
                        -- a dock; isn't it
                        INSERT INTO dock
                          VALUES (1, 'Zoë 🚢');
                        INSERT INTO dock VALUES (1, 'twice');
                        INSERT INTO dock VALUES (2, 'never');
                        """,
                        "-D",
                        "shop");

        assertThat(code).isEqualTo(1);
        assertThat(out).isEqualTo("OK, 1 row affected\n");
        assertThat(err).startsWith("ERROR Rejected 1062: Duplicate entry '1'");
        assertThat(server.query("SELECT GROUP_CONCAT(name) FROM shop.dock")).isEqualTo("Zoë 🚢");
    }

    @Test
    void givesScriptsWholeValues() {
        assertThat(sql("SELECT REPEAT('ü', 100) AS long_one", "--db", "shop")).as(err).isZero();

        assertThat(out).contains("\n " + "ü".repeat(100) + "\n(1 row)\n");
    }

    @Test
    void keepsWhatATransactionCommittedAndNothingElse() throws Exception {
        assertThat(
                        sql(
                                """
                                USE shop;
                                BEGIN;
                                INSERT INTO dock VALUES (1, 'kept');
                                COMMIT;
                                START TRANSACTION;
                                INSERT INTO dock VALUES (2, 'forgotten');
                                """))
                .as(err)
                .isZero();

        assertThat(out).endsWith("(the transaction was not committed: it is rolled back)\n");
        assertThat(server.query("SELECT GROUP_CONCAT(name) FROM shop.dock")).isEqualTo("kept");
    }

    @Test
    void refusesWhatHasNoEnd() throws Exception {
        assertThat(sql("INSERT INTO dock VALUES (1, 'open);\n", "-D", "shop")).isEqualTo(1);

        assertThat(err).contains("a quote or a comment is open");
        assertThat(sql("USE nowhere; SELECT 1;")).isEqualTo(1);
        assertThat(err).contains("nowhere");
        assertThat(out).isEmpty();
    }
}
