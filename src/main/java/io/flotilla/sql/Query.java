package io.flotilla.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One statement that only reads.
///
/// @param sql the statement
/// @param values for its question marks, as in [RawStatement]
/// @param touchesSession whether its session may not be used again as it is
public record Query(String sql, List<@Nullable Object> values, boolean touchesSession) {
    public Query {
        // Not List.copyOf: a value may be null.
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    public Query(String sql, boolean touchesSession) {
        this(sql, List.of(), touchesSession);
    }

    static Query of(RawStatement statement) {
        return new Query(statement.sql(), statement.values(), true);
    }
}
