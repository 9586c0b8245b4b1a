package io.flotilla.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One statement that changes something, complete but for the values bound to its question marks.
///
/// @param sql the statement
/// @param parameters String, Boolean, Long, BigInteger, BigDecimal or null, in order
/// @param kind what it changes
/// @param footprint what it leaves behind in its session
public record Write(String sql, List<@Nullable Object> parameters, Kind kind, Footprint footprint) {
    public Write {
        // Not List.copyOf: a value may be null.
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    static Write rows(String sql, List<@Nullable Object> parameters, boolean touchesSession) {
        return new Write(
                sql, parameters, Kind.ROWS, touchesSession ? Footprint.LOCKS : Footprint.TRACES);
    }

    static Write definition(String sql) {
        return new Write(sql, List.of(), Kind.DEFINITION, Footprint.LOCKS);
    }

    /// The same, to be done under a key.
    Batch batch() {
        RawStatement.Kind same =
                switch (kind) {
                    case ROWS -> RawStatement.Kind.ROWS;
                    case DEFINITION -> RawStatement.Kind.DEFINITION;
                };
        return new Batch(
                Optional.empty(),
                List.of(new RawStatement(sql, parameters, same, footprint)),
                false);
    }

    /// What a statement changes.
    public enum Kind {
        /// Rows: it may be given a time limit, after which the server undoes it.
        ROWS,
        /// Definitions: not atomic, so only its waits for locks are limited, never its work.
        DEFINITION
    }
}
