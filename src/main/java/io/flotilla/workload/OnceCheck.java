package io.flotilla.workload;

import io.flotilla.bench.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Things that each are done by one attempt, or by attempts that together count as one: there once when acknowledged, not
/// there when not applied, once or not at all when unknown, and nothing else is there.
final class OnceCheck {
    private OnceCheck() {}

    /// @param what the things are, for a person
    /// @param attempts by what names them
    /// @param there the names a node has in the end
    static List<String> complaints(
            String what, int node, Map<String, Outcome> attempts, List<String> there) {
        List<String> complaints = new ArrayList<>();
        String place = what + " at node " + node + ": ";
        Map<String, Integer> counts = new HashMap<>();
        there.forEach(name -> counts.merge(name, 1, Integer::sum));
        counts.forEach((name, count) -> {
            Outcome outcome = attempts.get(name);
            if (outcome == null) {
                complaints.add(place + "FROM NOWHERE, " + name);
            } else if (outcome.notApplied()) {
                complaints.add(place + "THERE though not applied, " + name + ": " + outcome);
            }
            if (count > 1) {
                complaints.add("%s%d TIMES %s: %s".formatted(place, count, name, outcome));
            }
        });
        attempts.forEach((name, outcome) -> {
            if (outcome.acknowledged() && !counts.containsKey(name)) {
                complaints.add(place + "LOST, " + name + ": " + outcome);
            }
        });
        return complaints;
    }
}
