package io.flotilla.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// How the objects of a [DefinitionLoad] look at one node, against how they may look.
final class DefinitionCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DefinitionCheck() {}

    /// @param lines what the node answered to each of [ObjectLife#QUERIES]
    static List<String> at(int node, List<ObjectLife> lives, List<List<String>> lines) {
        Map<String, String> seen = looks(lines);
        List<String> complaints = new ArrayList<>();
        for (ObjectLife life : lives) {
            String look = seen.getOrDefault(life.name(), "");
            if (!life.mayLook(look)) {
                complaints.add(
                        "DEFINITION at node %d: %s, looks like '%s'".formatted(node, life, look));
            }
            seen.remove(life.name());
        }
        seen.forEach((name, look) ->
                complaints.add("DEFINITION FROM NOWHERE at node %d: %s".formatted(node, name)));
        return complaints;
    }

    /// The objects by name, each as [ObjectLife] says that it looks.
    private static Map<String, String> looks(List<List<String>> lines) {
        Map<String, String> tables = new HashMap<>();
        Map<String, TreeSet<Integer>> more = new HashMap<>();
        for (int kind = 0; kind < lines.size(); kind++) {
            for (String line : lines.get(kind)) {
                JsonNode row = read(line);
                String full = row.path(0).asText();
                if (kind == 0) {
                    boolean renamed = full.endsWith("_r");
                    String name = renamed ? owner(full) : full;
                    tables.merge(
                            name,
                            (renamed ? "R:" : "T:") + row.path(1).asText(),
                            (a, b) -> a + "+" + b);
                } else {
                    more.computeIfAbsent(owner(full), key -> new TreeSet<>()).add(kind);
                }
            }
        }
        Map<String, String> looks = new TreeMap<>(tables);
        more.forEach((name, kinds) ->
                kinds.forEach(
                        kind -> looks.merge(name, " " + "TGWPE".charAt(kind), String::concat)));
        return looks;
    }

    private static String owner(String full) {
        return full.substring(0, full.length() - 2);
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            throw new IllegalStateException(line, e);
        }
    }
}
