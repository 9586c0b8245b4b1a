package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.cli.SqlClient.Answer;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes databases as SQL, read over `/db/query` from the leader: any node will do, and no account is needed beyond those
/// of HTTP. The rows are read in one request, which is one snapshot; a table that was redefined since the definitions
/// were read fails it ("Table definition has changed", 1412), or differs from what is read again beside its rows.
final class Dump {
    private static final List<String> SYSTEM =
            List.of("mysql", "sys", "flotilla", "information_schema", "performance_schema");

    /// As long as a node lets a request take.
    private static final Map<String, String> TERMS = Map.of("level", "weak", "errors", "http");

    private final SqlClient client;

    Dump(SqlClient client) {
        this.client = client;
    }

    /// @param names the databases; all when empty
    /// @throws FlotillaException if it cannot be whole
    void write(List<String> names, Writer out) throws IOException {
        names.forEach(Dump::refuseSystem);
        out.write(
                """
                -- Flotilla dump
                SET NAMES utf8mb4;
                SET FOREIGN_KEY_CHECKS=0, UNIQUE_CHECKS=0, SQL_MODE='NO_AUTO_VALUE_ON_ZERO';
                """);
        for (String database : names.isEmpty() ? all() : names) {
            database(database, out);
        }
        out.write("-- Dump completed\n");
        out.flush();
    }

    private static void refuseSystem(String database) {
        if (SYSTEM.contains(database)) {
            throw new FlotillaException(
                    Failure.FORBIDDEN, "the database " + database + " is not for clients");
        }
    }

    private List<String> all() {
        return rows("SHOW DATABASES").stream()
                .map(List::getFirst)
                .filter(name -> !SYSTEM.contains(name))
                .toList();
    }

    private void database(String database, Writer out) throws IOException {
        List<DumpTable> tables = tables(database);
        out.write(
                "\n"
                        + definition("SHOW CREATE DATABASE IF NOT EXISTS " + quoted(database), 1)
                        + ";\nUSE "
                        + quoted(database)
                        + ";\n");
        data(database, tables, out);
        List<String> views = new ArrayList<>();
        for (List<String> view :
                rows(
                        "SELECT table_name FROM information_schema.views WHERE table_schema = "
                                + literal(database)
                                + " ORDER BY table_name")) {
            views.add(view.getFirst());
        }
        for (String view : views) {
            out.write(placeholder(database, view));
        }
        routines(database, out);
        for (String view : views) {
            out.write(
                    definition("SHOW CREATE VIEW " + in(database, view), 1)
                                    .replaceFirst("^CREATE ", "CREATE OR REPLACE ")
                            + ";\n");
        }
        triggers(database, out);
        events(database, out);
    }

    private List<DumpTable> tables(String database) {
        Map<String, DumpTable> tables = new LinkedHashMap<>();
        for (List<String> table :
                rows(
                        "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = "
                                + literal(database)
                                + " AND table_type IN ('BASE TABLE', 'SEQUENCE', 'SYSTEM VERSIONED')"
                                + " ORDER BY table_type = 'SEQUENCE' DESC, table_name")) {
            tables.put(table.get(0), new DumpTable(table.get(0), table.get(1).equals("SEQUENCE")));
        }
        for (List<String> column :
                rows(
                        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = "
                                + literal(database)
                                + " AND is_generated = 'NEVER' AND COALESCE(generation_expression, '') NOT IN"
                                + " ('ROW START', 'ROW END') ORDER BY table_name, ordinal_position")) {
            Optional.ofNullable(tables.get(column.get(0)))
                    .ifPresent(table -> table.add(column.get(1), column.get(2)));
        }
        return List.copyOf(tables.values());
    }

    /// The definitions and rows of all tables: one request, one snapshot.
    private void data(String database, List<DumpTable> tables, Writer out) throws IOException {
        if (tables.isEmpty()) {
            return;
        }
        List<String> queries = new ArrayList<>();
        for (DumpTable table : tables) {
            queries.add(table.definition(database));
        }
        for (DumpTable table : tables) {
            queries.add(table.rows(database));
        }
        Map<String, String> parameters = new LinkedHashMap<>(TERMS);
        parameters.put("transaction", "true");
        try (ResultStream results = client.stream("/db/query", parameters, queries)) {
            for (DumpTable table : tables) {
                List<String> definition = new ArrayList<>();
                results.next(row -> definition.add(row.get(1)));
                out.write(
                        "DROP "
                                + table.word()
                                + " IF EXISTS "
                                + quoted(table.name())
                                + ";\n"
                                + definition.getFirst()
                                + ";\n");
            }
            for (DumpTable table : tables) {
                table.write(results, out);
            }
        }
    }

    /// So that a view can be made before those it reads.
    private String placeholder(String database, String view) {
        List<String> columns =
                rows(
                                "SELECT column_name FROM information_schema.columns WHERE table_schema = "
                                        + literal(database)
                                        + " AND table_name = "
                                        + literal(view)
                                        + " ORDER BY ordinal_position")
                        .stream()
                        .map(row -> "1 AS " + quoted(row.getFirst()))
                        .toList();
        return "CREATE OR REPLACE VIEW "
                + quoted(view)
                + " AS SELECT "
                + String.join(", ", columns)
                + ";\n";
    }

    private void routines(String database, Writer out) throws IOException {
        for (List<String> routine :
                rows(
                        "SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = "
                                + literal(database)
                                + " ORDER BY routine_type, routine_name")) {
            String name = in(database, routine.get(1));
            body(rows("SHOW CREATE " + routine.get(0) + " " + name).getFirst(), 1, 2, out);
        }
    }

    private void triggers(String database, Writer out) throws IOException {
        for (List<String> trigger :
                rows(
                        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = "
                                + literal(database)
                                + " ORDER BY event_object_table, action_timing, event_manipulation, action_order")) {
            String name = in(database, trigger.getFirst());
            body(rows("SHOW CREATE TRIGGER " + name).getFirst(), 1, 2, out);
        }
    }

    private void events(String database, Writer out) throws IOException {
        for (List<String> event :
                rows(
                        "SELECT event_name FROM information_schema.events WHERE event_schema = "
                                + literal(database)
                                + " ORDER BY event_name")) {
            List<String> row =
                    rows("SHOW CREATE EVENT " + in(database, event.getFirst())).getFirst();
            out.write("SET time_zone = " + literal(row.get(2)) + ";\n");
            body(row, 1, 3, out);
        }
    }

    /// What holds semicolons, under the mode in which it was made.
    private static void body(List<String> row, int mode, int text, Writer out) throws IOException {
        out.write(
                "SET sql_mode = "
                        + literal(row.get(mode))
                        + ";\nDELIMITER ;;\n"
                        + row.get(text)
                        + ";;\nDELIMITER ;\nSET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';\n");
    }

    private String definition(String show, int column) {
        return rows(show).getFirst().get(column);
    }

    private List<List<String>> rows(String query) {
        Answer answer = client.post("/db/query", TERMS, List.of(query));
        if (!answer.good()) {
            throw new FlotillaException(
                    Failure.REJECTED, answer.json().path("error").path("message").asText());
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : answer.json().at("/results/0/values")) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.isNull() ? "" : cell.asText()));
            rows.add(cells);
        }
        return rows;
    }

    static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    static String in(String database, String name) {
        return quoted(database) + "." + quoted(name);
    }

    static String literal(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "''") + '\'';
    }
}
