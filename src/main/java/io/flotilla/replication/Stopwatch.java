package io.flotilla.replication;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The phases of a change of role, for the one line in the log that says how long each took.
final class Stopwatch {
    private final Map<String, Long> laps = new LinkedHashMap<>();
    private final long start = System.nanoTime();
    private long lap = start;

    /// The phase that began with the last lap ends now.
    void lap(String phase) {
        long now = System.nanoTime();
        laps.merge(phase, now - lap, Long::sum);
        lap = now;
    }

    /// `38.2 ms: reign 3.1, drain 20.0, ...`
    @Override
    public String toString() {
        String phases =
                laps.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + millis(entry.getValue()))
                        .collect(Collectors.joining(", "));
        return millis(lap - start) + " ms: " + phases;
    }

    private static String millis(long nanos) {
        return "%.1f".formatted(nanos / 1e6);
    }
}
