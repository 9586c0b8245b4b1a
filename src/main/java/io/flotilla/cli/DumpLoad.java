package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.cli.SqlClient.Answer;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/// Sends a dump to a fleet in batches. Rows that follow each other are one transaction under a key of its own: when its
/// answer was lost it is sent again, and done once. Definitions are not: when it is not known whether one was done, the
/// load ends there.
final class DumpLoad {
    /// Large enough that a commit is little of it, small enough for every limit of a node.
    private static final int BATCH_BYTES = 1 << 20;

    private static final int BATCH_STATEMENTS = 500;

    /// A node refuses larger bodies (16 MiB); JSON makes a statement longer.
    private static final int MAX_BYTES = 15 << 20;

    /// For how long a batch is sent again.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long PAUSE_MILLIS = 200;

    private final SqlClient client;
    private final Consumer<DumpText> progress;
    private final DumpSession session = new DumpSession();
    private final String run = UUID.randomUUID().toString();
    private final List<DumpText.Statement> batch = new ArrayList<>();
    private String database;
    private boolean rows;
    private long batchBytes;
    private long batches;
    private long statements;
    private long leftOut;

    /// @param database that unqualified names refer to until the dump says USE; empty for none
    /// @param progress is told after each batch
    DumpLoad(SqlClient client, String database, Consumer<DumpText> progress) {
        this.client = client;
        this.database = database;
        this.progress = progress;
    }

    /// How many statements were run.
    long statements() {
        return statements;
    }

    /// How many mean nothing here.
    long leftOut() {
        return leftOut;
    }

    /// Makes the database that unqualified names refer to.
    void begin() throws InterruptedException {
        Map<String, String> parameters = Map.of("errors", "http");
        batches++;
        Answer made =
                answer(
                        parameters,
                        List.of(
                                "CREATE DATABASE IF NOT EXISTS `"
                                        + database.replace("`", "``")
                                        + "`"));
        if (!made.good()) {
            throw new FlotillaException(
                    Failure.REJECTED, made.json().path("error").path("message").asText());
        }
    }

    /// @throws FlotillaException that names the line and the statement which failed; all before it stay done
    /// @throws IOException if the dump cannot be read
    void load(DumpText dump) throws IOException, InterruptedException {
        for (Optional<DumpText.Statement> next = dump.next();
                next.isPresent();
                next = dump.next()) {
            take(next.get(), dump);
        }
        send(dump);
    }

    private void take(DumpText.Statement raw, DumpText dump) throws InterruptedException {
        DumpStatement statement = DumpStatement.of(raw.text());
        switch (statement.kind()) {
            case LEFT_OUT -> leftOut++;
            case SET -> {
                send(dump);
                session.apply(statement.text());
            }
            case USE -> {
                send(dump);
                database = statement.text().substring("USE".length()).strip().replace("`", "");
            }
            case REFUSED ->
                    throw failed(
                            new DumpText.Statement(statement.text(), raw.line()),
                            "a dump of the system's databases or accounts cannot be loaded: dump the databases by name,"
                                    + " and make accounts with './flotilla user'");
            case ROWS, OTHER -> add(statement, raw.line(), dump);
        }
    }

    private void add(DumpStatement statement, long line, DumpText dump)
            throws InterruptedException {
        boolean ofRows = statement.kind() == DumpStatement.Kind.ROWS;
        int bytes = statement.text().length();
        DumpText.Statement made = new DumpText.Statement(statement.text(), line);
        if (bytes > MAX_BYTES) {
            throw failed(
                    made,
                    "it is longer than " + MAX_BYTES + " bytes: dump with --net-buffer-length=1M");
        }
        if (!batch.isEmpty()
                && (ofRows != rows
                        || batchBytes + bytes > BATCH_BYTES
                        || batch.size() >= BATCH_STATEMENTS)) {
            send(dump);
        }
        rows = ofRows;
        batch.add(made);
        batchBytes += bytes;
    }

    private void send(DumpText dump) throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        List<String> all = new ArrayList<>();
        Optional<String> settings = session.statement();
        settings.ifPresent(all::add);
        batch.forEach(statement -> all.add(statement.text()));
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("errors", "http");
        if (!database.isEmpty()) {
            parameters.put("db", database);
        }
        if (rows) {
            parameters.put("transaction", "true");
        }
        batches++;
        refuseFailure(answer(parameters, all), settings.isPresent() ? 1 : 0);
        statements += batch.size();
        batch.clear();
        batchBytes = 0;
        progress.accept(dump);
    }

    /// The answer, however often it has to be asked for.
    private Answer answer(Map<String, String> parameters, List<String> all)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean over = System.nanoTime() - end > 0;
            try {
                Answer answer =
                        client.keyed(
                                "/db/execute",
                                parameters,
                                all,
                                rows
                                        ? Optional.of("load-" + run + "-" + batches)
                                        : Optional.empty());
                if (answer.good() || over || !again(answer)) {
                    return answer;
                }
            } catch (FlotillaException e) {
                if (over || !rows) {
                    throw e;
                }
                client.another();
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private boolean again(Answer answer) {
        JsonNode error = answer.json().path("error");
        boolean untouched = error.path("outcome").asText().equals("not_applied");
        return rows && error.path("code").asText().equals("Unknown")
                || untouched && error.path("retryable").asBoolean();
    }

    /// @param before how many statements of ours stood before those of the batch
    private void refuseFailure(Answer answer, int before) {
        if (answer.good()) {
            return;
        }
        JsonNode error = answer.json().path("error");
        int failed =
                Math.clamp(error.path("statement").asLong(before) - before, 0, batch.size() - 1);
        throw failed(
                batch.get(failed),
                error.path("message").asText("HTTP " + answer.status())
                        + (error.path("outcome").asText().equals("unknown")
                                ? " (it is not known whether it was done)"
                                : ""));
    }

    private static FlotillaException failed(DumpText.Statement statement, String why) {
        String begin = statement.text().replaceAll("\\s+", " ");
        return new FlotillaException(
                Failure.REJECTED,
                "line "
                        + statement.line()
                        + ": "
                        + why
                        + "\n  in: "
                        + (begin.length() > 120 ? begin.substring(0, 120) + "..." : begin));
    }
}
