package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.cli.SqlClient.Answer;
import io.flotilla.failure.FlotillaException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Runs statements one by one and shows what they give. What belongs to a session with MariaDB's own shell and has no
/// place in a request is done here: `USE`, and transactions.
final class SqlShell {
    private static final Set<String> LEVELS = Set.of("none", "weak", "linearizable", "strong");

    private static final List<String> HELP =
            List.of(
                    "\\d [TABLE]    the tables, or a table's columns",
                    "\\l            the databases",
                    "\\c DATABASE   the same as USE",
                    "\\level LEVEL  none, weak or linearizable, for the reads that follow",
                    "\\nodes        how the nodes are",
                    "\\timing       show how long statements take, or no longer",
                    "\\q            end",
                    "BEGIN, COMMIT and ROLLBACK work; a transaction ends after 10 s without a statement.");

    private final SqlClient client;
    private final PrintStream out;
    private final PrintStream err;
    private final int widest;
    private String database;
    private String level = "weak";
    private boolean timing;
    private Optional<String> transaction = Optional.empty();
    private Optional<String> leader = Optional.empty();
    private boolean ended;

    /// @param out where rows and results go
    /// @param err where failures go
    /// @param widest how many characters of a value are shown
    SqlShell(SqlClient client, PrintStream out, PrintStream err, int widest, String database) {
        this.client = client;
        this.out = out;
        this.err = err;
        this.widest = widest;
        this.database = database;
    }

    /// What stands before what is typed.
    String prompt() {
        return (database.isEmpty() ? "flotilla" : database)
                + (transaction.isPresent() ? "*" : "")
                + "> ";
    }

    boolean ended() {
        return ended;
    }

    /// Runs what is complete, up to the first failure or `\q`.
    ///
    /// @return false when a statement failed
    boolean script(SqlText text) {
        while (!ended) {
            Optional<String> next = text.next();
            if (next.isEmpty()) {
                return true;
            }
            if (!run(next.get())) {
                return false;
            }
        }
        return true;
    }

    /// Says so if nothing follows what was begun.
    boolean isWhole(SqlText text) {
        return text.isBlank()
                || failed("the last statement has no end: a quote or a comment is open");
    }

    /// Nothing follows. A transaction that is still open would hold its locks until the fleet finds out.
    void close() {
        if (transaction.isPresent()) {
            out.println("(the transaction was not committed: it is rolled back)");
            run("ROLLBACK");
        }
    }

    /// @return false when it failed
    boolean run(String statement) {
        if (statement.isBlank()) {
            return true;
        }
        try {
            long began = System.nanoTime();
            boolean done = statement.startsWith("\\") ? command(statement) : sql(statement);
            if (timing && !statement.startsWith("\\")) {
                out.printf(Locale.ROOT, "Time: %.1f ms%n", (System.nanoTime() - began) / 1e6);
            }
            return done;
        } catch (FlotillaException e) {
            return failed(e.message());
        }
    }

    private boolean failed(String why) {
        err.println("ERROR: " + why);
        return false;
    }

    /// Only what means the same here as with MariaDB's own shell: `COMMIT AND CHAIN`, `ROLLBACK TO` and the like go to the
    /// node, which refuses them.
    private boolean sql(String statement) {
        String words = statement.replaceAll("\\s+", " ").toUpperCase(Locale.ROOT);
        return switch (words) {
            case "BEGIN", "BEGIN WORK", "START TRANSACTION" -> begin();
            case "COMMIT", "COMMIT WORK" -> end("commit");
            case "ROLLBACK", "ROLLBACK WORK" -> end("rollback");
            default ->
                    words.startsWith("USE ")
                            ? use(statement.substring("USE ".length()).strip().replace("`", ""))
                            : send(statement);
        };
    }

    /// Asked for at once: else each statement that follows would say that it is not there.
    private boolean use(String name) {
        if (transaction.isPresent()) {
            return failed("a transaction keeps the database in which it began");
        }
        Map<String, String> parameters = Map.of("errors", "http", "level", level, "db", name);
        if (!good(client.run("SELECT 1", parameters))) {
            return false;
        }
        database = name;
        return true;
    }

    private boolean begin() {
        if (transaction.isPresent()) {
            return failed("a transaction is open already");
        }
        Answer answer =
                client.post(
                        "/tx", database.isEmpty() ? Map.of() : Map.of("db", database), List.of());
        if (!good(answer)) {
            return false;
        }
        transaction = Optional.of(answer.json().path("tx").asText());
        return true;
    }

    private boolean end(String how) {
        if (transaction.isEmpty()) {
            return failed("there is no transaction");
        }
        String token = transaction.get();
        transaction = Optional.empty();
        return good(client.post("/tx/" + token + "/" + how, Map.of(), List.of()));
    }

    private boolean send(String statement) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("errors", "http");
        if (transaction.isPresent()) {
            parameters.put("tx", transaction.get());
        } else {
            parameters.put("level", level);
            if (!database.isEmpty()) {
                parameters.put("db", database);
            }
        }
        Answer answer = client.run(statement, parameters);
        if (!good(answer)) {
            return false;
        }
        answer.json().path("results").forEach(this::show);
        return true;
    }

    private void show(JsonNode result) {
        if (result.has("columns")) {
            ResultTable.of(result, widest).lines().forEach(out::println);
        } else {
            long rows = result.path("rows_affected").asLong();
            out.println(
                    "OK, "
                            + rows
                            + (rows == 1 ? " row affected" : " rows affected")
                            + (result.has("last_insert_id")
                                    ? ", last id " + result.path("last_insert_id").asText()
                                    : ""));
        }
    }

    /// Says what went wrong, and whether somebody else leads now.
    private boolean good(Answer answer) {
        if (leader.isPresent() && answer.leader().isPresent() && !leader.equals(answer.leader())) {
            out.println("(node " + answer.leader().get() + " leads now)");
        }
        if (answer.leader().isPresent()) {
            leader = answer.leader();
        }
        if (answer.good()) {
            return true;
        }
        JsonNode error = answer.json().path("error");
        if (error.path("code").asText().equals("TxLost")) {
            transaction = Optional.empty();
        }
        err.println(
                "ERROR "
                        + error.path("code").asText()
                        + (error.has("errno") ? " " + error.path("errno").asText() : "")
                        + ": "
                        + error.path("message").asText()
                        + (error.path("outcome").asText().equals("not_applied")
                                ? ""
                                : " (outcome: " + error.path("outcome").asText() + ")"));
        return false;
    }

    private boolean command(String line) {
        // The hand writes it after a statement, and so after this.
        String[] words = line.replaceFirst("[;\\s]+$", "").split("\\s+", 2);
        String argument = words.length > 1 ? words[1].strip() : "";
        return switch (words[0]) {
            case "\\q" -> {
                ended = true;
                yield true;
            }
            case "\\timing" -> {
                timing = !timing;
                out.println("Timing is " + (timing ? "on." : "off."));
                yield true;
            }
            case "\\level" -> level(argument);
            case "\\c" -> use(argument);
            case "\\l" -> send("SHOW DATABASES");
            case "\\d" -> send(argument.isEmpty() ? "SHOW TABLES" : "DESCRIBE " + argument);
            case "\\nodes" -> nodes();
            case "\\?", "\\h" -> {
                HELP.forEach(out::println);
                yield true;
            }
            default -> failed("the shell does not know " + words[0] + "; \\? lists what it does");
        };
    }

    private boolean level(String wanted) {
        if (!wanted.isEmpty() && !LEVELS.contains(wanted)) {
            return failed("a level is none, weak or linearizable, not " + wanted);
        }
        level = wanted.isEmpty() ? level : wanted;
        out.println("Reads are " + level + ".");
        return true;
    }

    private boolean nodes() {
        try {
            new StatusTable(FleetViews.of(client.nodes()), Instant.now(), false)
                    .lines()
                    .forEach(out::println);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
