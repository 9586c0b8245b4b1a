package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Statements of one request, to be run in one session, in order.
///
/// @param database what unqualified names refer to
/// @param transaction all or none of them; else each stands alone
public record Batch(Optional<Name> database, List<RawStatement> statements, boolean transaction) {
    /// Enough for a bulk load in sensible pieces; each costs two round trips to the server, and they hold one session.
    public static final int MAX_STATEMENTS = 10_000;

    public Batch {
        statements = List.copyOf(statements);
        if (statements.isEmpty()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "there is no statement");
        }
        if (statements.size() > MAX_STATEMENTS) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "there are more than " + MAX_STATEMENTS + " statements");
        }
        if (transaction && statements.size() > 1) {
            statements.forEach(Batch::refuseDefinition);
        }
    }

    private static void refuseDefinition(RawStatement statement) {
        if (statement.kind() == RawStatement.Kind.DEFINITION) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "a transaction cannot undo this, and so cannot hold it: "
                            + statement.sql().lines().findFirst().orElse("").strip());
        }
    }

    /// Whether all of it only reads.
    public boolean reads() {
        return statements.stream()
                .allMatch(statement -> statement.kind() == RawStatement.Kind.QUERY);
    }

    /// What all of it leaves behind.
    Footprint footprint() {
        return Footprint.all(statements.stream().map(RawStatement::footprint));
    }

    /// Each statement by itself.
    List<Batch> alone() {
        return statements.stream()
                .map(statement -> new Batch(database, List.of(statement), false))
                .toList();
    }

    /// Equal for equal requests, and for no others.
    Hash hash() {
        Hash.Maker maker = new Hash.Maker();
        add(maker, database.map(Name::text).orElse(""));
        add(maker, Boolean.toString(transaction));
        for (RawStatement statement : statements) {
            add(maker, statement.sql());
            add(maker, Integer.toString(statement.values().size()));
            for (Object value : statement.values()) {
                add(maker, value == null ? "" : value.getClass().getSimpleName() + value);
            }
        }
        return maker.make();
    }

    private static void add(Hash.Maker maker, String part) {
        maker.add(part.getBytes(StandardCharsets.UTF_8));
    }
}
