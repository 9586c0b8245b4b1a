package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// Rows as a table of text.
///
/// @param widths of the columns, in characters
record ResultTable(List<String> columns, List<List<String>> rows, int[] widths) {
    /// How many characters of a cell are shown to a person: so a row stays a line.
    static final int LINE = 60;

    /// @param result one of `/db/request`
    /// @param widest how many characters of a cell are shown: longer ones are cut
    static ResultTable of(JsonNode result, int widest) {
        List<String> columns = new ArrayList<>();
        result.path("columns").forEach(column -> columns.add(column.asText()));
        List<List<String>> rows = new ArrayList<>();
        int[] widths = columns.stream().mapToInt(String::length).toArray();
        for (JsonNode values : result.path("values")) {
            List<String> row = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                String cell = cell(values.path(i), widest);
                row.add(cell);
                widths[i] = Math.max(widths[i], cell.codePointCount(0, cell.length()));
            }
            rows.add(row);
        }
        return new ResultTable(columns, rows, widths);
    }

    private static String cell(JsonNode value, int widest) {
        String text = value.isNull() ? "NULL" : value.asText().replaceAll("\\p{Cntrl}", " ");
        return text.codePointCount(0, text.length()) <= widest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, widest - 1)) + "…";
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(columns, " "));
        lines.add(line(columns.stream().map(column -> "").toList(), "-"));
        rows.forEach(row -> lines.add(line(row, " ")));
        lines.add("(" + rows.size() + (rows.size() == 1 ? " row)" : " rows)"));
        return lines;
    }

    private String line(List<String> cells, String filler) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append(i == 0 ? filler : filler.equals("-") ? "-+-" : " | ");
            line.append(cell);
            line.append(filler.repeat(widths[i] - cell.codePointCount(0, cell.length())));
        }
        return line.toString().stripTrailing();
    }
}
