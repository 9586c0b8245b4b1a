package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.bench.FleetClient.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The judgement at the end of a [Load]: every check over its history and over what each node holds, once all nodes are
/// level.
public final class Verdict {
    /// So many complaints say enough; a broken fleet has thousands.
    private static final int SHOWN = 15;

    private static final Duration READING = Duration.ofSeconds(30);

    private final Fleet fleet;
    private final History history;
    private final Map<Part, List<String>> complaints = new EnumMap<>(Part.class);
    private final Set<Long> present = new HashSet<>();

    /// What a [Load] consists of.
    public enum Part {
        TOKENS,
        REGISTERS
    }

    private Verdict(Fleet fleet, History history) {
        this.fleet = fleet;
        this.history = history;
        for (Part part : Part.values()) {
            complaints.put(part, new ArrayList<>());
        }
    }

    /// Waits until these nodes are level, and judges them.
    public static Verdict of(
            Fleet fleet, History history, List<Integer> members, Duration levelling) {
        fleet.awaitLevel(members, levelling);
        Verdict verdict = new Verdict(fleet, history);
        verdict.judge(members);
        return verdict;
    }

    /// What is wrong, the first complaints only; empty when nothing is.
    public List<String> complaints() {
        List<String> all = complaints.values().stream().flatMap(List::stream).toList();
        if (all.size() <= SHOWN) {
            return all;
        }
        List<String> shown = new ArrayList<>(all.subList(0, SHOWN));
        shown.add("... and " + (all.size() - SHOWN) + " more");
        return shown;
    }

    /// What is wrong with a part: everything.
    public List<String> complaints(Part part) {
        return List.copyOf(complaints.getOrDefault(part, List.of()));
    }

    private void complain(Part part, List<String> more) {
        complaints.computeIfAbsent(part, _ -> new ArrayList<>()).addAll(more);
    }

    /// How many rows are there although their writers never learned it: committed, and not acknowledged.
    public long unknownButThere() {
        return history.tokenWrites().stream()
                .filter(write -> write.outcome().unknown() && present.contains(write.token()))
                .count();
    }

    private void judge(List<Integer> members) {
        try (FleetClient client = new FleetClient(READING)) {
            for (String table : List.of(Load.KEYED, Load.KEYLESS)) {
                judgeTokens(table, rows(client, Part.TOKENS, table, members));
            }
            judgeRegisters(rows(client, Part.REGISTERS, Load.REGISTERS, members));
            judgeTallies(rows(client, Part.REGISTERS, Load.TALLIES, members));
        }
    }

    private void judgeTokens(String table, Map<Integer, List<JsonNode>> rows) {
        TokenCheck check = new TokenCheck(table, history.tokenWrites());
        rows.forEach((node, those) -> {
            List<Long> tokens = those.stream().map(row -> row.path("token").asLong()).toList();
            present.addAll(tokens);
            complain(Part.TOKENS, check.finalRows(node, tokens));
        });
        complain(Part.TOKENS, check.reads(history.tokenReads()));
    }

    private void judgeRegisters(Map<Integer, List<JsonNode>> rows) {
        history.registerWrites().stream()
                .map(History.RegisterWrite::key)
                .distinct()
                .forEach(key -> {
                    RegisterCheck check = new RegisterCheck(key, history.registerWrites());
                    complain(Part.REGISTERS, check.writes());
                    complain(Part.REGISTERS, check.reads(history.registerReads()));
                    rows.forEach((node, those) ->
                            complain(
                                    Part.REGISTERS,
                                    check.finalValue(node, value(those, key, "v"))));
                });
    }

    private void judgeTallies(Map<Integer, List<JsonNode>> rows) {
        history.tallyWrites().stream()
                .map(History.TallyWrite::key)
                .distinct()
                .forEach(key -> {
                    TallyCheck check = new TallyCheck(key, history.tallyWrites());
                    rows.forEach((node, those) ->
                            complain(
                                    Part.REGISTERS,
                                    check.finalValue(node, value(those, key, "n"))));
                });
    }

    /// Each node's own rows, and a complaint for each difference between them.
    private Map<Integer, List<JsonNode>> rows(
            FleetClient client, Part part, String table, List<Integer> members) {
        Map<Integer, List<JsonNode>> rows = new TreeMap<>();
        Map<Integer, List<String>> texts = new TreeMap<>();
        for (int node : members) {
            List<JsonNode> those =
                    switch (client.select(
                            fleet.node(node).http(),
                            Load.DATABASE,
                            table,
                            Map.of("level", "none"))) {
                        case Read.Rows(var found) -> found;
                        case Read.Failed(String why) -> {
                            complain(
                                    part,
                                    List.of("node " + node + " cannot read " + table + ": " + why));
                            yield List.of();
                        }
                    };
            rows.put(node, those);
            texts.put(node, those.stream().map(JsonNode::toString).toList());
        }
        complain(part, ReplicaCheck.equal(table, texts));
        return rows;
    }

    /// The value of the row with this key; below every possible one when it is not there exactly once.
    private static long value(List<JsonNode> rows, int key, String column) {
        List<JsonNode> found = rows.stream().filter(row -> row.path("k").asInt() == key).toList();
        return found.size() == 1 ? found.getFirst().path(column).asLong() : -1;
    }
}
