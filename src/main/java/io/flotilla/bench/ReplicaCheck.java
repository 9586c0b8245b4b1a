package io.flotilla.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The same rows at every node, in whatever order; how often a row is there counts.
final class ReplicaCheck {
    private ReplicaCheck() {}

    /// @param rowsByNode each node's rows of one table, each row as text
    static List<String> equal(String table, Map<Integer, List<String>> rowsByNode) {
        List<String> complaints = new ArrayList<>();
        int first = rowsByNode.keySet().stream().min(Integer::compare).orElseThrow();
        Map<String, Integer> expected = countsOf(rowsByNode.getOrDefault(first, List.of()));
        rowsByNode.forEach((node, rows) -> {
            Map<String, Integer> counts = countsOf(rows);
            complainOfMore(table, expected, first, counts, node, complaints);
            complainOfMore(table, counts, node, expected, first, complaints);
        });
        return complaints;
    }

    private static void complainOfMore(
            String table,
            Map<String, Integer> more,
            int moreNode,
            Map<String, Integer> less,
            int lessNode,
            List<String> complaints) {
        more.forEach((row, count) -> {
            int other = less.getOrDefault(row, 0);
            if (count > other) {
                complaints.add(
                        "%s DIFFERS: %s is %d times at node %d, %d times at node %d"
                                .formatted(table, row, count, moreNode, other, lessNode));
            }
        });
    }

    private static Map<String, Integer> countsOf(List<String> rows) {
        Map<String, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.merge(row, 1, Integer::sum));
        return counts;
    }
}
