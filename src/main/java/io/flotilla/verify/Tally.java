package io.flotilla.verify;

import io.flotilla.peer.NodeId;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What the nodes have of one object, counted.
///
/// @param equal whether all that were asked have the same
/// @param outvoted those that have something else than a majority of the fleet; empty when there is no such majority
record Tally(boolean equal, Set<NodeId> outvoted) {
    Tally {
        outvoted = Set.copyOf(outvoted);
    }

    /// @param values by node, of those that answered
    /// @param members of the fleet, silent ones too
    static Tally of(Map<NodeId, String> values, int members) {
        Map<String, Long> groups =
                values.values().stream()
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        Set<NodeId> outvoted = new TreeSet<>();
        groups.forEach((value, nodes) -> {
            if (nodes > members / 2) {
                values.forEach((node, its) -> {
                    if (!its.equals(value)) {
                        outvoted.add(node);
                    }
                });
            }
        });
        return new Tally(groups.size() <= 1, outvoted);
    }
}
