package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.RawStatement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the statements of a request to `/db/*`, in rqlite's form: a JSON array whose items are `"SQL"`,
/// `["SQL with ?", value, ...]` or `["SQL with :name", {"name": value}]`; or one statement as `text/plain`.
final class DbBody {
    private DbBody() {}

    static List<RawStatement> read(Request request, Json json)
            throws IOException, InterruptedException {
        Fields.refuseOtherCharsets(request);
        byte[] body = request.body();
        String type = request.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (type.startsWith("text/plain")) {
            return List.of(plain(UrlText.utf8("the body", body)));
        }
        JsonNode root = body.length == 0 ? null : request.json(json);
        if (root == null || !root.isArray()) {
            throw refused(
                    "the body must be a JSON array of statements, or one statement as text/plain");
        }
        List<RawStatement> statements = new ArrayList<>();
        root.forEach(item -> statements.add(statement(item)));
        return statements;
    }

    static RawStatement plain(String sql) {
        return RawStatement.of(Fields.text("the statement", sql), List.of());
    }

    private static RawStatement statement(JsonNode item) {
        if (item.isTextual()) {
            return plain(item.textValue());
        }
        if (!item.isArray() || item.isEmpty() || !item.get(0).isTextual()) {
            throw refused("a statement must be a string, or an array that begins with one");
        }
        String sql = Fields.text("the statement", item.get(0).textValue());
        return item.size() == 2 && item.get(1).isObject()
                ? RawStatement.named(sql, byName(item.get(1)))
                : RawStatement.of(sql, inOrder(item));
    }

    private static Map<String, @Nullable Object> byName(JsonNode object) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            values.put(field.getKey(), Records.scalar(field.getKey(), field.getValue()));
        }
        return values;
    }

    private static List<@Nullable Object> inOrder(JsonNode array) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 1; i < array.size(); i++) {
            values.add(Records.scalar("value " + i, array.get(i)));
        }
        return values;
    }

    private static FlotillaException refused(String why) {
        return new FlotillaException(Failure.BAD_REQUEST, why);
    }
}
