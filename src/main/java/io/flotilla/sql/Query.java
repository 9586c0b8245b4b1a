package io.flotilla.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One statement that only reads.
///
/// @param sql the statement
/// @param values for its question marks, as in [RawStatement]
/// @param footprint what it leaves behind in its session
public record Query(String sql, List<@Nullable Object> values, Footprint footprint) {
    public Query {
        // Not List.copyOf: a value may be null.
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    Query(String sql, Footprint footprint) {
        this(sql, List.of(), footprint);
    }

    static Query of(RawStatement statement) {
        return new Query(statement.sql(), statement.values(), statement.footprint());
    }
}
