package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A table in a dump. The server writes each row as it is to stand in an INSERT: exactly what it would read.
final class DumpTable {
    /// One INSERT; about what `mariadb-dump` makes.
    private static final int INSERT_CHARACTERS = 512 << 10;

    private final String name;
    private final boolean sequence;
    private final Map<String, String> columns = new LinkedHashMap<>();

    DumpTable(String name, boolean sequence) {
        this.name = name;
        this.sequence = sequence;
    }

    String name() {
        return name;
    }

    void add(String column, String type) {
        columns.put(column, type.toLowerCase(Locale.ROOT));
    }

    String definition(String database) {
        return "SHOW CREATE " + word() + " " + Dump.in(database, name);
    }

    /// `TABLE` or `SEQUENCE`.
    String word() {
        return sequence ? "SEQUENCE" : "TABLE";
    }

    /// A query with one column: a row's values in parentheses; of a sequence, its next value.
    String rows(String database) {
        if (sequence) {
            return "SELECT next_not_cached_value FROM " + Dump.in(database, name);
        }
        return columns.entrySet().stream()
                .map(column -> expression(Dump.quoted(column.getKey()), column.getValue()))
                .collect(
                        Collectors.joining(
                                ", ",
                                "SELECT CONCAT('(', CONCAT_WS(',', ",
                                "), ')') FROM " + Dump.in(database, name)));
    }

    /// No value here depends on the session: time zones, character sets and modes are of no account.
    private static String expression(String column, String type) {
        return switch (type) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year", "double" ->
                    "IFNULL(" + column + ", 'NULL')";
            // As a FLOAT it would be written with six digits.
            case "float" -> "IFNULL(CAST(" + column + " AS DOUBLE), 'NULL')";
            case "bit" -> "IFNULL(" + column + " + 0, 'NULL')";
            case "timestamp" ->
                    "IF(%1$s IS NULL, 'NULL', IF(%1$s = 0, QUOTE(%1$s), CONCAT('FROM_UNIXTIME(', UNIX_TIMESTAMP(%1$s), ')')))"
                            .formatted(column);
            case "binary",
                    "varbinary",
                    "tinyblob",
                    "blob",
                    "mediumblob",
                    "longblob",
                    "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geometrycollection" ->
                    "IF(%1$s IS NULL, 'NULL', CONCAT('x''', HEX(%1$s), ''''))".formatted(column);
            default -> "QUOTE(" + column + ")";
        };
    }

    /// @throws FlotillaException if a row is longer than the server can write
    void write(ResultStream results, Writer out) throws IOException {
        Insert insert = new Insert(out);
        results.next(row -> insert.add(row.getFirst()));
        insert.end();
    }

    private final class Insert {
        private final Writer out;
        private long written;

        Insert(Writer out) {
            this.out = out;
        }

        void add(String row) throws IOException {
            if (sequence) {
                out.write("SELECT SETVAL(" + Dump.quoted(name) + ", " + row + ", 0);\n");
                return;
            }
            if (row.isEmpty()) {
                throw new FlotillaException(
                        Failure.REJECTED, "a row of " + name + " is too long to be written");
            }
            out.write(written == 0 ? begin() : ",\n");
            out.write(row);
            written += row.length();
            if (written > INSERT_CHARACTERS) {
                end();
            }
        }

        private String begin() {
            return columns.keySet().stream()
                    .map(Dump::quoted)
                    .collect(
                            Collectors.joining(
                                    ", ", "INSERT INTO " + Dump.quoted(name) + " (", ") VALUES\n"));
        }

        void end() throws IOException {
            if (written > 0) {
                out.write(";\n");
                written = 0;
            }
        }
    }
}
