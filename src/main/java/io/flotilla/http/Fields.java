package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request says, in its query and in its body's JSON object alike; names match whatever their case.
///
/// A handler takes what it knows, then calls [#refuseOthers]: a misspelt `where` must not be a missing one.
final class Fields {
    /// Understood for every request, before its route sees it.
    private static final Set<String> EVERYWHERE = Set.of("timeout");

    private final Map<String, JsonNode> fields;
    private final Set<String> untaken;

    private Fields(Map<String, JsonNode> fields) {
        this.fields = fields;
        this.untaken = new LinkedHashSet<>(fields.keySet());
        this.untaken.removeAll(EVERYWHERE);
    }

    /// @throws FlotillaException `BadRequest` if it is malformed, or says something twice
    static Fields of(Request request, Json json) throws IOException, InterruptedException {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        request.parameters().forEach((name, value) -> fields.put(name, TextNode.valueOf(value)));
        if (request.method().equals("POST")) {
            addBody(request, json, fields);
        }
        return new Fields(fields);
    }

    private static void addBody(Request request, Json json, Map<String, JsonNode> fields)
            throws IOException, InterruptedException {
        refuseOtherCharsets(request);
        if (request.body().length == 0) {
            return;
        }
        JsonNode root = request.json(json);
        if (!root.isObject()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "the body must be a JSON object");
        }
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            String name = text(field.getKey(), field.getKey());
            if (fields.putIfAbsent(name.toLowerCase(Locale.ROOT), field.getValue()) != null) {
                throw new FlotillaException(Failure.BAD_REQUEST, name + " is given twice");
            }
        }
    }

    /// The original's clients send JSON under any content type; but they send UTF-8.
    static void refuseOtherCharsets(Request request) {
        String type = request.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        int charset = type.indexOf("charset=");
        String named =
                charset < 0 ? "utf-8" : type.substring(charset + 8).replace("\"", "").strip();
        boolean utf8 =
                named.startsWith("utf-8")
                        || named.startsWith("utf8")
                        || named.startsWith("us-ascii");
        if (!utf8 || type.startsWith("multipart/")) {
            throw new FlotillaException(
                            Failure.BAD_REQUEST, "the body must be JSON in UTF-8, not " + type)
                    .withStatus(415);
        }
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    String required(String name) {
        return optional(name)
                .orElseThrow(
                        () -> new FlotillaException(Failure.BAD_REQUEST, name + " is missing"));
    }

    Optional<String> optional(String name) {
        JsonNode value = take(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new FlotillaException(Failure.BAD_REQUEST, name + " must be a string");
        }
        return Optional.of(text(name, value.textValue()));
    }

    OptionalLong count(String name) {
        Optional<String> text = optional(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.get().matches("\\d{1,18}")) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, name + " must be a number of at most 18 digits");
        }
        return OptionalLong.of(Long.parseLong(text.get()));
    }

    Optional<JsonNode> node(String name) {
        return Optional.ofNullable(take(name));
    }

    private @Nullable JsonNode take(String name) {
        untaken.remove(name);
        return fields.get(name);
    }

    void refuseOthers() {
        if (!untaken.isEmpty()) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "unknown field: " + String.join(", ", untaken));
        }
    }

    /// JSON can write half of a surrogate pair, which is no character and could only be stored as `?`.
    static String text(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new FlotillaException(Failure.BAD_REQUEST, name + " holds half a character");
            }
        }
        return value;
    }
}
