package io.flotilla.sql;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// A read of one table.
///
/// @param columns empty for all
public record Select(
        Name database,
        Name table,
        List<Name> columns,
        Optional<Fragment> where,
        Optional<Fragment> order,
        OptionalLong limit,
        OptionalLong offset) {
    /// What the manual recommends for "all rows from here on".
    private static final String NO_LIMIT = "18446744073709551615";

    public Select {
        columns = List.copyOf(columns);
    }

    public Query query() {
        StringBuilder sql = new StringBuilder("SELECT ");
        sql.append(
                columns.isEmpty()
                        ? "*"
                        : columns.stream().map(Name::quoted).collect(Collectors.joining(", ")));
        sql.append(" FROM ").append(Statements.table(database, table));
        where.ifPresent(fragment -> sql.append(" WHERE (").append(fragment.text()).append(')'));
        order.ifPresent(fragment -> sql.append(" ORDER BY ").append(fragment.text()));
        if (limit.isPresent() || offset.isPresent()) {
            sql.append(" LIMIT ");
            sql.append(limit.isPresent() ? Long.toString(limit.getAsLong()) : NO_LIMIT);
            sql.append(" OFFSET ").append(offset.orElse(0));
        }
        boolean touches =
                where.filter(Fragment::touchesSession).isPresent()
                        || order.filter(Fragment::touchesSession).isPresent();
        return new Query(sql.toString(), touches ? Footprint.LOCKS : Footprint.TRACES);
    }
}
