package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.Fragment;
import io.flotilla.sql.Name;
import io.flotilla.sql.Statements;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the structured fields of the compatible endpoints: `records` and `columns`.
final class Records {
    /// A number is bound with all its digits; the server's widest decimal has 65, a double ends at 1e308.
    private static final int MAX_EXPONENT = 400;

    private Records() {}

    /// One object, or an array of objects.
    static List<Map<Name, @Nullable Object>> rows(JsonNode records) {
        List<Map<Name, @Nullable Object>> rows = new ArrayList<>();
        if (records.isArray()) {
            records.forEach(record -> rows.add(row(record)));
        } else {
            rows.add(row(records));
        }
        return rows;
    }

    private static Map<Name, @Nullable Object> row(JsonNode record) {
        if (!record.isObject()) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "records must be an object or an array of objects");
        }
        Map<Name, @Nullable Object> row = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : record.properties()) {
            row.put(
                    Name.of("a column of records", field.getKey()),
                    scalar(field.getKey(), field.getValue()));
        }
        return row;
    }

    /// A value for a parameter, with all its digits.
    static @Nullable Object scalar(String name, JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> null;
            case BOOLEAN -> value.booleanValue();
            case STRING -> Fields.text(name, value.textValue());
            case NUMBER -> number(name, value);
            default ->
                    throw new FlotillaException(
                            Failure.BAD_REQUEST,
                            name + " must be a string, a number, true, false or null");
        };
    }

    private static Object number(String name, JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? value.longValue() : value.bigIntegerValue();
        }
        BigDecimal number = value.decimalValue();
        if (Math.abs((long) number.scale()) > MAX_EXPONENT + (long) number.precision()) {
            throw new FlotillaException(Failure.BAD_REQUEST, name + " is beyond 1e" + MAX_EXPONENT);
        }
        return number;
    }

    /// An array of `{"Name": ..., "DataType": ...}`, keys in any case.
    static List<Statements.Column> columns(JsonNode columns) {
        if (!columns.isArray() || columns.isEmpty()) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "columns must be an array with a column at least");
        }
        List<Statements.Column> list = new ArrayList<>();
        columns.forEach(column -> list.add(column(column)));
        return list;
    }

    private static Statements.Column column(JsonNode column) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> part : column.properties()) {
            String key = part.getKey().toLowerCase(Locale.ROOT);
            if (!part.getValue().isTextual()
                    || parts.put(key, part.getValue().textValue()) != null) {
                throw new FlotillaException(
                        Failure.BAD_REQUEST, part.getKey() + " of a column must be one string");
            }
        }
        String name = parts.remove("name");
        String type = parts.remove("datatype");
        if (name == null || type == null || !parts.isEmpty()) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "a column must have Name and DataType, and nothing else");
        }
        return new Statements.Column(
                Name.of("a column's Name", name),
                Fragment.of(Fragment.Kind.TYPE, "DataType", Fields.text("DataType", type)));
    }
}
