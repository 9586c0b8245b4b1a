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

/// Runs statements one by one and shows what they give. What belongs to a session with MariaDB's own shell and has no
/// place in a request is done here: `USE`, and transactions.
final class SqlShell {
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
    private String database;
    private String level = "weak";
    private boolean timing;
    private Optional<String> transaction = Optional.empty();
    private Optional<String> leader = Optional.empty();
    private boolean ended;

    SqlShell(SqlClient client, PrintStream out, String database) {
        this.client = client;
        this.out = out;
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

    /// Runs what is complete, up to the first failure.
    ///
    /// @return false when a statement failed
    boolean script(SqlText text) {
        for (Optional<String> next = text.next(); next.isPresent(); next = text.next()) {
            if (!run(next.get())) {
                return false;
            }
        }
        return true;
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
            out.println("ERROR: " + e.getMessage());
            return false;
        }
    }

    private boolean sql(String statement) {
        String[] words = statement.split("\\s+", 3);
        return switch (words[0].toUpperCase(Locale.ROOT)) {
            case "USE" -> use(statement.substring("USE".length()).strip().replace("`", ""));
            case "BEGIN", "START" ->
                    words.length > 1 && words[1].equalsIgnoreCase("NOT")
                            ? send(statement)
                            : begin();
            case "COMMIT" -> end("commit");
            case "ROLLBACK" -> end("rollback");
            default -> send(statement);
        };
    }

    private boolean use(String name) {
        database = name;
        return true;
    }

    private boolean begin() {
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
            out.println("ERROR: there is no transaction");
            return false;
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
            ResultTable.of(result).lines().forEach(out::println);
        } else {
            out.println(
                    "OK, "
                            + result.path("rows_affected").asLong()
                            + " rows affected"
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
        out.println(
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
        String[] words = line.strip().split("\\s+", 2);
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
            case "\\level" -> {
                level = argument.isEmpty() ? level : argument;
                out.println("Reads are " + level + ".");
                yield true;
            }
            case "\\c" -> use(argument);
            case "\\l" -> send("SHOW DATABASES");
            case "\\d" -> send(argument.isEmpty() ? "SHOW TABLES" : "DESCRIBE " + argument);
            case "\\nodes" -> nodes();
            case "\\?", "\\h" -> {
                HELP.forEach(out::println);
                yield true;
            }
            default -> {
                out.println(
                        "ERROR: the shell does not know " + words[0] + "; \\? lists what it does");
                yield false;
            }
        };
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
