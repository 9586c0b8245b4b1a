package io.flotilla.verify;

import io.flotilla.ddl.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// How the rows of one table are hashed in SQL: over the bytes of all stored columns, NULL told from every value.
///
/// CHECKSUM TABLE is not used: it includes virtual columns, which it may find not yet computed (docs/notes/sql.md).
///
/// @param table which
/// @param row an expression, 16 hexadecimal digits of a row's hash; the session's time zone and mode must be
///     [Snapshot]'s
/// @param key the primary key, when it can be written as literals; else empty
record RowHash(TableName table, String row, List<KeyColumn> key) {
    RowHash {
        key = List.copyOf(key);
    }

    /// @param literal an expression that yields the column's value as an SQL literal of the same bytes
    record KeyColumn(String quoted, String literal) {}

    private record Column(String name, String type, String characterSet) {
        String quoted() {
            return "`" + name.replace("`", "``") + "`";
        }

        /// No two different values have the same text, and none has that of another's beginning, up to the comma that follows.
        String text() {
            String value = quoted();
            return switch (type) {
                case "char", "varchar", "binary", "varbinary", "set" ->
                        "IFNULL(CONCAT(LENGTH(%1$s), ':', CAST(%1$s AS BINARY)), '-')"
                                .formatted(value);
                // a long value does not fit into one text with others: max_allowed_packet
                case "tinytext",
                        "text",
                        "mediumtext",
                        "longtext",
                        "tinyblob",
                        "blob",
                        "mediumblob",
                        "longblob" ->
                        "IFNULL(MD5(%s), '-')".formatted(value);
                // as a double it is exact, and a double is written with as many digits as it needs
                case "float", "double" ->
                        "IFNULL(CAST(CAST(%s AS DOUBLE) AS CHAR), '-')".formatted(value);
                case "enum", "bit" -> "IFNULL(%s + 0, '-')".formatted(value);
                case "point",
                        "linestring",
                        "polygon",
                        "multipoint",
                        "multilinestring",
                        "multipolygon",
                        "geometrycollection",
                        "geometry" ->
                        "IFNULL(CONCAT(ST_SRID(%1$s), ':', MD5(ST_AsBinary(%1$s))), '-')"
                                .formatted(value);
                default -> "IFNULL(CAST(%s AS CHAR), '-')".formatted(value);
            };
        }

        Optional<KeyColumn> asKey() {
            Optional<String> literal =
                    switch (type) {
                        case "tinyint",
                                "smallint",
                                "mediumint",
                                "int",
                                "bigint",
                                "decimal",
                                "year" ->
                                Optional.of("CAST(%s AS CHAR)".formatted(quoted()));
                        case "date", "time", "datetime", "timestamp" ->
                                Optional.of("CONCAT('''', %s, '''')".formatted(quoted()));
                        case "binary", "varbinary" ->
                                Optional.of("CONCAT('X''', HEX(%s), '''')".formatted(quoted()));
                        case "char", "varchar" ->
                                Optional.of(
                                        "CONCAT('_%s X''', HEX(%s), '''')"
                                                .formatted(characterSet, quoted()));
                        default -> Optional.empty();
                    };
            return literal.map(text -> new KeyColumn(quoted(), text));
        }
    }

    /// Reads the table's columns as they are now.
    static RowHash of(Connection connection, TableName table) throws SQLException {
        List<Column> columns =
                columns(
                        connection,
                        table,
                        """
                        SELECT column_name, data_type, character_set_name FROM information_schema.columns
                        WHERE table_schema = ? AND table_name = ? AND extra NOT LIKE '%VIRTUAL GENERATED%'
                        ORDER BY ordinal_position
                        """);
        if (columns.isEmpty()) {
            throw new SQLException("there is no such table", "42S02", 1146);
        }
        String all = columns.stream().map(Column::text).collect(Collectors.joining(", ',', "));
        return new RowHash(
                table, "LEFT(MD5(CONCAT(" + all + ", ',')), 16)", key(connection, table));
    }

    private static List<KeyColumn> key(Connection connection, TableName table) throws SQLException {
        List<Column> columns =
                columns(
                        connection,
                        table,
                        """
                        SELECT column_name, data_type, character_set_name
                        FROM information_schema.statistics JOIN information_schema.columns
                             USING (table_schema, table_name, column_name)
                        WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY'
                        ORDER BY seq_in_index
                        """);
        List<KeyColumn> key = new ArrayList<>();
        for (Column column : columns) {
            Optional<KeyColumn> part = column.asKey();
            if (part.isEmpty()) {
                return List.of();
            }
            key.add(part.get());
        }
        return key;
    }

    private static List<Column> columns(Connection connection, TableName table, String sql)
            throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, table.database());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(
                            new Column(
                                    rows.getString(1),
                                    rows.getString(2).toLowerCase(Locale.ROOT),
                                    Optional.ofNullable(rows.getString(3)).orElse("")));
                }
            }
        }
        return columns;
    }

    /// Sums up the rows for which `where` holds.
    String sum(String where) {
        return """
        SELECT COUNT(*), COALESCE(SUM(CAST(CONV(%s, 16, 10) AS UNSIGNED)), 0) FROM %s%s WHERE %s
        """
                .formatted(row, table.quoted(), byKey(), where);
    }

    private String byKey() {
        return key.isEmpty() ? "" : " FORCE INDEX (PRIMARY)";
    }

    /// The key, as literals, of the last of `rows` rows for which `where` holds; no row when there are fewer.
    String lastOf(long rows, String where) {
        return "SELECT %s FROM %s%s WHERE %s ORDER BY %s LIMIT 1 OFFSET %d"
                .formatted(
                        key.stream().map(KeyColumn::literal).collect(Collectors.joining(", ")),
                        table.quoted(),
                        byKey(),
                        where,
                        key.stream().map(KeyColumn::quoted).collect(Collectors.joining(", ")),
                        rows - 1);
    }

    /// Holds for rows behind (or up to) that key. Written out, since MariaDB does not search an index by a comparison of rows.
    String beyond(List<String> literals) {
        return compared(literals, ">", false);
    }

    String upTo(List<String> literals) {
        return compared(literals, "<", true);
    }

    private String compared(List<String> literals, String sign, boolean equalToo) {
        List<String> cases = new ArrayList<>();
        StringBuilder before = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            boolean last = i == key.size() - 1;
            String column = key.get(i).quoted();
            cases.add(
                    "(%s%s %s%s %s)"
                            .formatted(
                                    before,
                                    column,
                                    sign,
                                    last && equalToo ? "=" : "",
                                    literals.get(i)));
            before.append(column).append(" = ").append(literals.get(i)).append(" AND ");
        }
        return "(" + String.join(" OR ", cases) + ")";
    }
}
