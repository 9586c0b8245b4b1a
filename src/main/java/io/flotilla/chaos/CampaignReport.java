package io.flotilla.chaos;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// How often each fault came, and for how long no write was acknowledged around it.
final class CampaignReport {
    private static final String PAIRS = "(pairs)";

    private final Map<String, Line> lines = new TreeMap<>();

    /// @param silence the longest time without an acknowledged write, the fault's own included
    /// @param after from the end of the fault to the next acknowledged write that began after it
    private record Line(int count, Duration silence, Duration after) {
        Line and(Line other) {
            return new Line(
                    count + other.count,
                    longer(silence, other.silence),
                    longer(after, other.after));
        }

        private static Duration longer(Duration one, Duration other) {
            return one.compareTo(other) > 0 ? one : other;
        }
    }

    void add(String faults, boolean pair, Duration silence, Duration after) {
        String name = pair ? PAIRS : faults;
        lines.merge(name, new Line(1, silence, after), Line::and);
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
