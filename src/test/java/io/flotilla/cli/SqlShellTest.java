package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shell against a node that answers as it is told.
final class SqlShellTest {
    private static final int WIDEST = 12;

    private final List<String> asked = new ArrayList<>();
    private final Deque<Told> told = new ArrayDeque<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final ByteArrayOutputStream failures = new ByteArrayOutputStream();
    private HttpServer server;
    private SqlShell shell;

    private record Told(int status, String leader, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI nobody = URI.create("http://127.0.0.1:1");
        URI node = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        shell =
                new SqlShell(
                        new SqlClient(List.of(nobody, node)),
                        new PrintStream(shown, true, StandardCharsets.UTF_8),
                        new PrintStream(failures, true, StandardCharsets.UTF_8),
                        WIDEST,
                        "app");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(
                exchange.getRequestURI().toString().replaceFirst("timeout=4m&?", "") + " " + body);
        Told answer = told.remove();
        exchange.getResponseHeaders().set("Flotilla-Leader", answer.leader());
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void tell(String body) {
        told.add(new Told(200, "1", body));
    }

    private boolean run(String script) {
        return shell.script(new SqlText(script));
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    private String failures() {
        return failures.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsRowsAsATable() {
        tell(
                "{\"results\":[{\"columns\":[\"id\",\"name\"],\"types\":[\"int\",\"text\"],"
                        + "\"values\":[[1,\"Zoë 🚢\"],[22,null]]}]}");

        assertThat(run("SELECT * FROM t;")).isTrue();

        assertThat(shown())
                .isEqualTo(
                        """
                         id | name
                        ----+------
                         1  | Zoë 🚢
                         22 | NULL
                        (2 rows)
                        """);
        assertThat(asked)
                .containsExactly("/db/request?errors=http&level=weak&db=app [\"SELECT * FROM t\"]");
    }

    @Test
    void stopsAtTheFirstFailure() {
        told.add(
                new Told(
                        400,
                        "1",
                        "{\"error\":{\"code\":\"Rejected\",\"errno\":1064,\"message\":\"no\",\"outcome\":\"not_applied\"}}"));

        assertThat(run("SELEC 1; SELECT 2;")).isFalse();

        assertThat(failures()).isEqualTo("ERROR Rejected 1064: no\n");
        assertThat(shown()).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void saysWhenSomebodyElseLeads() {
        tell("{\"results\":[{\"rows_affected\":1,\"last_insert_id\":7}]}");
        told.add(new Told(200, "2", "{\"results\":[{}]}"));

        run("INSERT INTO t VALUES (1); DO 1;");

        assertThat(shown())
                .isEqualTo(
                        """
                        OK, 1 row affected, last id 7
                        (node 2 leads now)
                        OK, 0 rows affected
                        """);
    }

    @Test
    void keepsATransactionOverStatements() {
        tell("{\"tx\":\"1-abc\"}");
        tell("{\"results\":[{}]}");
        tell("{\"message\":\"Transaction committed\"}");

        assertThat(run("BEGIN; DELETE FROM t; COMMIT;")).isTrue();

        assertThat(asked)
                .containsExactly(
                        "/tx?db=app ",
                        "/db/request?errors=http&tx=1-abc [\"DELETE FROM t\"]",
                        "/tx/1-abc/commit? ");
        assertThat(shell.prompt()).isEqualTo("app> ");
        assertThat(run("ROLLBACK;")).isFalse();
    }

    @Test
    void takesNoOtherStatementForABeginningOrAnEnd() {
        tell("{\"tx\":\"1-abc\"}");
        assertThat(run("START  transaction;")).isTrue();

        assertThat(run("BEGIN;")).isFalse();
        assertThat(run("USE other;")).isFalse();
        assertThat(failures())
                .isEqualTo(
                        """
                        ERROR: a transaction is open already
                        ERROR: a transaction keeps the database in which it began
                        """);
        tell("{\"results\":[{}]}");
        run("ROLLBACK TO early;");
        assertThat(asked.getLast()).endsWith("[\"ROLLBACK TO early\"]");
        assertThat(shell.prompt()).isEqualTo("app*> ");
    }

    @Test
    void rollsBackWhatIsOpenAtTheEnd() {
        tell("{\"tx\":\"1-abc\"}");
        tell("{\"message\":\"Transaction rolled back\"}");
        run("BEGIN;");

        shell.close();

        assertThat(asked.getLast()).isEqualTo("/tx/1-abc/rollback? ");
        assertThat(shown()).contains("rolled back");
        shell.close();
        assertThat(asked).hasSize(2);
    }

    @Test
    void changesLevelAndDatabase() {
        tell("{\"results\":[{\"columns\":[\"1\"],\"values\":[[1]]}]}");
        tell("{\"results\":[{}]}");

        run("USE `other`;\n\\level linearizable;\nSELECT 1;");

        assertThat(asked.getLast()).contains("level=linearizable&db=other");
        assertThat(run("\\level fast\n")).isFalse();
        assertThat(failures()).contains("not fast");
    }

    @Test
    void staysWhereItIsWhenADatabaseIsNotThere() {
        told.add(
                new Told(
                        404,
                        "1",
                        "{\"error\":{\"code\":\"NotFound\",\"message\":\"Unknown database\",\"outcome\":\"not_applied\"}}"));

        assertThat(run("\\c nowhere\n")).isFalse();

        assertThat(shell.prompt()).isEqualTo("app> ");
    }

    @Test
    void cutsWhatIsWide() {
        tell(
                "{\"results\":[{\"columns\":[\"c\"],\"values\":[[\"0123456789ab\"],[\"0123456789abc\"]]}]}");

        run("SELECT c FROM t;");

        assertThat(shown()).contains(" 0123456789ab\n 0123456789a…\n");
    }

    @Test
    void endsWhenAsked() {
        assertThat(run("\\q;\nSELECT 1;")).isTrue();
        assertThat(shell.ended()).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void readsLinesAtATerminalAndRemembersAllButPasswords(@TempDir Path directory)
            throws IOException {
        tell("{\"results\":[{\"rows_affected\":2}]}");
        tell("{\"results\":[{}]}");
        Path history = directory.resolve("history");
        byte[] typed =
                "DELETE\nFROM t;\nCREATE USER zoe IDENTIFIED BY 'secret';\n"
                        .getBytes(StandardCharsets.UTF_8);

        try (Terminal terminal =
                TerminalBuilder.builder()
                        .system(false)
                        .dumb(true)
                        .streams(new ByteArrayInputStream(typed), new ByteArrayOutputStream())
                        .build()) {
            SqlPrompt.run(shell, terminal, history);
        }

        assertThat(asked.getFirst()).endsWith("[\"DELETE\\nFROM t\"]");
        assertThat(asked.getLast()).endsWith("'secret'\"]");
        assertThat(history).content().contains("DELETE").contains("FROM t;");
        assertThat(history).content().doesNotContain("secret");
    }
}
