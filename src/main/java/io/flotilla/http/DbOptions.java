package io.flotilla.http;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.Name;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The parameters of `/db/*`. What is not known is refused: a misspelt `transaction` must not be a missing one.
///
/// @param database what unqualified names refer to
/// @param transaction all statements or none
/// @param terms how new what is read must be
/// @param linearizable whether that was asked for in so many words
/// @param tx the interactive transaction it runs in
/// @param answer how the answer is written
record DbOptions(
        Optional<Name> database,
        boolean transaction,
        ReadTerms terms,
        boolean linearizable,
        Optional<String> tx,
        AnswerForm answer) {
    /// Read elsewhere, or of no meaning here: rqlite's own parser and redirects are not ours.
    private static final Set<String> IGNORED = Set.of("timeout", "q", "noparse", "redirect");

    /// They would answer before the write is safe.
    private static final Set<String> QUEUES = Set.of("queue", "wait");

    private static final Set<String> KNOWN =
            Set.of(
                    "db",
                    "transaction",
                    "atomic",
                    "level",
                    "min_gtid",
                    "tx",
                    "freshness",
                    "freshness_strict",
                    "associative",
                    "timings",
                    "pretty",
                    "raft_index",
                    "integers",
                    "errors");

    /// @throws FlotillaException `BadRequest` if a parameter is unknown or malformed
    static DbOptions of(Request request) {
        Map<String, String> given = new LinkedHashMap<>(request.parameters());
        given.keySet().removeAll(IGNORED);
        for (String name : given.keySet()) {
            if (QUEUES.contains(name)) {
                throw refused(
                        name + ": writes are not queued here, each answer is the write's own");
            }
            if (!KNOWN.contains(name)) {
                throw refused("unknown parameter: " + name);
            }
        }
        Optional<Level> level = Optional.ofNullable(given.get("level")).map(Level::of);
        Optional<Gtid> atLeast = atLeast(request, given);
        ReadTerms terms =
                new ReadTerms(
                        level.orElse(atLeast.isPresent() ? Level.NONE : Level.WEAK),
                        atLeast,
                        freshness(given));
        return new DbOptions(
                Optional.ofNullable(given.get("db")).map(name -> Name.database("db", name)),
                // What rqlite called it once, and its client for JavaScript still does.
                flag(given, "transaction") || flag(given, "atomic"),
                terms,
                level.filter(asked -> asked == Level.LINEARIZABLE).isPresent(),
                tx(given),
                new AnswerForm(
                        flag(given, "associative"),
                        choice(given, "integers", "string"),
                        flag(given, "timings"),
                        flag(given, "pretty"),
                        flag(given, "raft_index"),
                        choice(given, "errors", "http")));
    }

    /// What was said when the transaction began holds for all of it.
    private static Optional<String> tx(Map<String, String> given) {
        Optional<String> tx = Optional.ofNullable(given.get("tx"));
        if (tx.isPresent()) {
            for (String settled :
                    List.of("db", "transaction", "atomic", "level", "freshness", "min_gtid")) {
                if (given.containsKey(settled)) {
                    throw refused(settled + " cannot be chosen within a transaction of /tx");
                }
            }
        }
        return tx;
    }

    private static Optional<Gtid> atLeast(Request request, Map<String, String> given) {
        String text = given.get("min_gtid");
        if (text == null) {
            text = request.header("Flotilla-Min-Gtid").orElse("");
        }
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Gtid.parse(text));
        } catch (IllegalArgumentException e) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "min_gtid must be like 0-1-42, as Flotilla-Gtid says it",
                    e);
        }
    }

    private static Optional<Duration> freshness(Map<String, String> given) {
        Optional<Duration> freshness =
                Optional.ofNullable(given.get("freshness"))
                        .map(text -> Timeouts.parse("freshness", text));
        // With rqlite it asks for the age of the data instead of that of the last contact: here it
        // is always that.
        if (flag(given, "freshness_strict") && freshness.isEmpty()) {
            throw refused("freshness_strict needs freshness");
        }
        return freshness;
    }

    private static boolean flag(Map<String, String> given, String name) {
        String value = given.get(name);
        if (value == null) {
            return false;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "", "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default -> throw refused(name + " must be true or false");
        };
    }

    private static boolean choice(Map<String, String> given, String name, String only) {
        String value = given.get(name);
        if (value != null && !value.equals(only)) {
            throw refused(name + " can only be " + only);
        }
        return value != null;
    }

    private static FlotillaException refused(String why) {
        return new FlotillaException(Failure.BAD_REQUEST, why);
    }
}
