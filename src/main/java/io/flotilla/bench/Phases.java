package io.flotilla.bench;

import java.time.Duration;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a new leader's log says of its way to the lead, in milliseconds after the death of the former.
///
/// @param detection until it knew that the former leader is gone; empty when it waited for the election timeout instead
/// @param election from there, or from the death, until it was elected
/// @param promotion from the election until its doors were open, by step
record Phases(
        Optional<Double> detection, Optional<Double> election, Map<String, Double> promotion) {
    private static final Pattern TIME = Pattern.compile("(\\d\\d:\\d\\d:\\d\\d)[.,](\\d{3})");
    private static final Pattern GONE = Pattern.compile("leader \\d+ is gone");
    private static final Pattern ELECTED = Pattern.compile("→ PROMOTING");
    private static final Pattern PROMOTED = Pattern.compile("promoted in [\\d.,]+ ms: (.*)$");
    private static final Pattern LAP = Pattern.compile("([a-z ]+) (\\d+[.,]\\d+)");
    private static final Duration HALF_A_DAY = Duration.ofHours(12);

    /// @param lines the new leader's log
    /// @param death when the former leader was killed, on this machine's clock
    static Phases of(List<String> lines, LocalTime death) {
        Optional<Double> gone = Optional.empty();
        Optional<Double> elected = Optional.empty();
        Map<String, Double> promotion = new LinkedHashMap<>();
        for (String line : lines) {
            Optional<Double> after = millisAfter(death, line);
            if (after.isEmpty() || after.get() < 0) {
                continue;
            }
            Matcher promoted = PROMOTED.matcher(line);
            if (GONE.matcher(line).find() && gone.isEmpty()) {
                gone = after;
            } else if (ELECTED.matcher(line).find() && elected.isEmpty()) {
                elected = after;
            } else if (promoted.find() && promotion.isEmpty()) {
                promotion.putAll(laps(promoted.group(1)));
            }
        }
        double from = gone.orElse(0.0);
        return new Phases(gone, elected.map(end -> end - from), promotion);
    }

    private static Map<String, Double> laps(String text) {
        Map<String, Double> laps = new LinkedHashMap<>();
        Matcher lap = LAP.matcher(text);
        while (lap.find()) {
            laps.put(lap.group(1).strip(), Double.valueOf(lap.group(2).replace(',', '.')));
        }
        return laps;
    }

    private static Optional<Double> millisAfter(LocalTime death, String line) {
        Matcher time = TIME.matcher(line);
        if (!time.find()) {
            return Optional.empty();
        }
        LocalTime then = LocalTime.parse(time.group(1) + "." + time.group(2));
        Duration after = Duration.between(death, then);
        if (after.compareTo(HALF_A_DAY.negated()) < 0) {
            after = after.plusDays(1);
        }
        return Optional.of(after.toNanos() / 1e6);
    }
}
