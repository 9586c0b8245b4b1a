package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The statements of the compatible endpoints: templates filled with names, fragments and bound values.
public final class Statements {
    /// The first column of a table that is made from a list of columns.
    private static final String ID = "`Id` INT AUTO_INCREMENT PRIMARY KEY";

    private Statements() {}

    public static Write createDatabase(Name database) {
        return Write.definition("CREATE DATABASE IF NOT EXISTS " + database.quoted());
    }

    public static Write dropDatabase(Name database) {
        return Write.definition("DROP DATABASE IF EXISTS " + database.quoted());
    }

    public static Write createTable(Name database, Name table, Fragment schema) {
        return Write.definition(createTable(database, table, schema.text()));
    }

    /// A table with the column `Id` and then the given ones.
    public static Write createTable(Name database, Name table, List<Column> columns) {
        String list =
                columns.stream()
                        .map(column -> ", " + column.name().quoted() + " " + column.type().text())
                        .collect(Collectors.joining("", ID, ""));
        return Write.definition(createTable(database, table, list));
    }

    private static String createTable(Name database, Name table, String definitions) {
        return "CREATE TABLE IF NOT EXISTS " + table(database, table) + " (" + definitions + ")";
    }

    /// One row, as a list of expressions for all columns of the table.
    public static Write insert(Name database, Name table, Fragment values) {
        String sql = "INSERT INTO " + table(database, table) + " VALUES (" + values.text() + ")";
        return Write.rows(sql, List.of(), values.touchesSession());
    }

    /// Some rows in one statement: all or none. A column that one of them lacks gets its default there.
    public static Write insert(
            Name database, Name table, List<? extends Map<Name, @Nullable Object>> records) {
        if (records.isEmpty()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "records is empty");
        }
        Set<Name> columns = new LinkedHashSet<>();
        records.forEach(record -> columns.addAll(record.keySet()));
        StringBuilder sql = new StringBuilder("INSERT INTO ").append(table(database, table));
        sql.append(
                columns.stream()
                        .map(Name::quoted)
                        .collect(Collectors.joining(", ", " (", ") VALUES ")));
        List<@Nullable Object> parameters = new ArrayList<>();
        String separator = "";
        for (Map<Name, @Nullable Object> record : records) {
            sql.append(separator);
            appendRow(sql, columns, record, parameters);
            separator = ", ";
        }
        return Write.rows(sql.toString(), parameters, false);
    }

    private static void appendRow(
            StringBuilder sql,
            Set<Name> columns,
            Map<Name, @Nullable Object> record,
            List<@Nullable Object> parameters) {
        char separator = '(';
        if (columns.isEmpty()) {
            sql.append(separator);
        }
        for (Name column : columns) {
            sql.append(separator);
            if (record.containsKey(column)) {
                sql.append('?');
                parameters.add(record.get(column));
            } else {
                sql.append("DEFAULT");
            }
            separator = ',';
        }
        sql.append(')');
    }

    public static Write update(Name database, Name table, Fragment set, Fragment where) {
        String sql =
                "UPDATE "
                        + table(database, table)
                        + " SET "
                        + set.text()
                        + " WHERE ("
                        + where.text()
                        + ")";
        return Write.rows(sql, List.of(), set.touchesSession() || where.touchesSession());
    }

    public static Write delete(Name database, Name table, Fragment where) {
        String sql = "DELETE FROM " + table(database, table) + " WHERE (" + where.text() + ")";
        return Write.rows(sql, List.of(), where.touchesSession());
    }

    static String table(Name database, Name table) {
        return database.quoted() + "." + table.quoted();
    }

    /// A column of a new table.
    ///
    /// @param type a fragment of kind [Fragment.Kind#TYPE]
    public record Column(Name name, Fragment type) {}
}
