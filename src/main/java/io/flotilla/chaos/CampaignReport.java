package io.flotilla.chaos;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// How often each fault came, and for how long no write was acknowledged around it.
final class CampaignReport {
    private static final String PAIRS = "(pairs)";
    private static final String AGAIN = "(hit again)";

    private final Map<String, FaultTimes> lines = new TreeMap<>();

    /// @param whole whether no node was still away from an earlier fault
    void add(String faults, boolean pair, boolean whole, Duration silence, Duration after) {
        String name = !whole ? AGAIN : pair ? PAIRS : faults;
        lines.merge(name, new FaultTimes(1, silence, after), FaultTimes::and);
    }

    Map<String, FaultTimes> kinds() {
        return lines;
    }

    String table() {
        StringBuilder text = new StringBuilder();
        text.append(
                "%-16s %6s %22s %22s%n"
                        .formatted("fault", "times", "worst silence, ms", "after healing, ms"));
        lines.forEach((name, line) ->
                text.append(
                        "%-16s %6d %22d %22d%n"
                                .formatted(
                                        name,
                                        line.count(),
                                        line.silence().toMillis(),
                                        line.after().toMillis())));
        return text.toString();
    }
}
