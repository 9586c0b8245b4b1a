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
/// answer was lost it is sent again, and done once. Definitions have none. One whose answer was lost is sent again when
/// that changes nothing (`IF EXISTS`, `OR REPLACE`, or what this load itself has dropped before: it "exists already" then
/// because of the first attempt). Else the load ends there, and says where it can go on.
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
    private final Replay replay = new Replay();
    private final long from;
    private String database;
    private boolean rows;
    private long batchBytes;
    private long batches;
    private long statements;
    private long leftOut;

    /// @param database that unqualified names refer to until the dump says USE; empty for none
    /// @param from what stands before this line was loaded earlier
    /// @param progress is told after each batch
    DumpLoad(SqlClient client, String database, long from, Consumer<DumpText> progress) {
        this.client = client;
        this.from = from;
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
            case ROWS, OTHER -> {
                if (raw.line() >= from) {
                    add(statement, raw.line(), dump);
                }
            }
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
        Optional<String> settings = session.statement();
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("errors", "http");
        if (!database.isEmpty()) {
            parameters.put("db", database);
        }
        if (rows) {
            parameters.put("transaction", "true");
        }
        batches++;
        int loaded = batch.size();
        if (rows) {
            refuseFailure(answer(parameters, texts(settings)), settings.isPresent() ? 1 : 0);
        } else {
            define(parameters, settings);
        }
        statements += loaded;
        batch.clear();
        batchBytes = 0;
        progress.accept(dump);
    }

    private List<String> texts(Optional<String> settings) {
        List<String> all = new ArrayList<>();
        settings.ifPresent(all::add);
        batch.forEach(statement -> all.add(statement.text()));
        return all;
    }

    /// Sends definitions, and again what an answer that was lost leaves in doubt.
    private void define(Map<String, String> parameters, Optional<String> settings)
            throws InterruptedException {
        int before = settings.isPresent() ? 1 : 0;
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean doubtful = false;
        while (!batch.isEmpty()) {
            Optional<Answer> answer = once(parameters, texts(settings));
            if (answer.filter(Answer::good).isPresent()) {
                batch.forEach(statement -> replay.done(statement.text()));
                return;
            }
            int failed = answer.map(given -> failed(given, before)).orElse(0);
            for (int i = 0; i < failed; i++) {
                replay.done(batch.removeFirst().text());
            }
            boolean lost = answer.isEmpty() || isUnknown(answer.get());
            boolean over = System.nanoTime() - end > 0;
            if (answer.isPresent() && !lost) {
                if (doubtful && replay.wasDone(batch.getFirst().text(), errno(answer.get()))) {
                    replay.done(batch.removeFirst().text());
                    continue;
                }
                if (over || !again(answer.get())) {
                    refuseFailure(answer.get(), before);
                }
            } else {
                doubtful = true;
                Optional<DumpText.Statement> unsure = unsureIn(batch);
                if (unsure.isPresent() || over) {
                    throw stopped(unsure.orElse(batch.getFirst()));
                }
                client.another();
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /// The first that may not be done twice, if they are all sent again in order.
    private Optional<DumpText.Statement> unsureIn(List<DumpText.Statement> all) {
        Replay then = replay.copy();
        for (DumpText.Statement each : all) {
            if (!then.allows(each.text())) {
                return Optional.of(each);
            }
            then.done(each.text());
        }
        return Optional.empty();
    }

    /// Empty when the answer was lost.
    private Optional<Answer> once(Map<String, String> parameters, List<String> all) {
        try {
            return Optional.of(client.keyed("/db/execute", parameters, all, Optional.empty()));
        } catch (FlotillaException e) {
            return Optional.empty();
        }
    }

    private static boolean isUnknown(Answer answer) {
        return answer.json().path("error").path("outcome").asText().equals("unknown");
    }

    private static int errno(Answer answer) {
        return answer.json().path("error").path("errno").asInt();
    }

    private int failed(Answer answer, int before) {
        JsonNode error = answer.json().path("error");
        return Math.clamp(error.path("statement").asLong(before) - before, 0, batch.size() - 1);
    }

    /// @param unsure the first of which it is not known whether it was done, nor may it be done twice
    private FlotillaException stopped(DumpText.Statement unsure) {
        return failed(
                unsure,
                "the leader was lost, and it is not known whether this was done: look; if it was not, go on with"
                        + " --from-line "
                        + unsure.line()
                        + ", else with the line of the next statement");
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
                    throw batch.isEmpty() ? e : failed(batch.getFirst(), e.message() + unsure());
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
        DumpText.Statement failed = batch.get(failed(answer, before));
        // rows are one transaction: none of them is there
        long next = rows ? batch.getFirst().line() : failed.line();
        throw failed(
                failed,
                error.path("message").asText("HTTP " + answer.status())
                        + (isUnknown(answer)
                                ? unsure()
                                : "; what stands before line "
                                        + next
                                        + " is loaded: go on with --from-line "
                                        + next));
    }

    private String unsure() {
        return " (it is not known whether lines %d to %d were loaded; what stands before them was)"
                .formatted(batch.getFirst().line(), batch.getLast().line());
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
