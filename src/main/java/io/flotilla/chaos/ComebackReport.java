package io.flotilla.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The instants at which nodes were cut off or killed, and how each of them came back.
final class ComebackReport {
    private final String title;
    private final List<Instant> instants = new ArrayList<>();

    /// @param title of the first column: what was done
    ComebackReport(String title) {
        this.title = title;
    }

    /// @param victims which nodes, or how many: instants with the same are counted together
    /// @param defining whether a definition was under way
    /// @param comebacks of the victims
    /// @param writable from the start of the nodes until a write that began after it was acknowledged
    /// @param whole from there until all nodes served and were level
    record Instant(
            String victims,
            boolean defining,
            List<Comeback> comebacks,
            Duration writable,
            Duration whole) {}

    void add(Instant instant) {
        instants.add(instant);
    }

    String table() {
        StringBuilder text = new StringBuilder();
        text.append(
                "%-16s %8s %6s %8s %12s %14s %13s %18s %12s%n"
                        .formatted(
                                title,
                                "instants",
                                "in DDL",
                                "proved",
                                "from a peer",
                                "from its base",
                                "from the log",
                                "writable after, s",
                                "level, s"));
        Map<String, List<Instant>> byVictims = new TreeMap<>();
        instants.forEach(instant ->
                byVictims
                        .computeIfAbsent(instant.victims(), key -> new ArrayList<>())
                        .add(instant));
        byVictims.forEach((victims, those) -> text.append(line(victims, those)));
        text.append(line("all", instants));
        return text.toString();
    }

    private static String line(String name, List<Instant> those) {
        return "%-16s %8d %6d %8d %12d %14d %13d %18s %12s%n"
                .formatted(
                        name,
                        those.size(),
                        those.stream().filter(Instant::defining).count(),
                        count(those, Comeback.PROVED),
                        count(those, Comeback.PEER),
                        count(those, Comeback.BASE),
                        count(those, Comeback.LOG),
                        spread(those.stream().map(Instant::writable).toList()),
                        spread(those.stream().map(Instant::whole).toList()));
    }

    private static long count(List<Instant> those, Comeback comeback) {
        return those.stream()
                .flatMap(instant -> instant.comebacks().stream())
                .filter(comeback::equals)
                .count();
    }

    /// Median and greatest.
    private static String spread(List<Duration> times) {
        if (times.isEmpty()) {
            return "-";
        }
        List<Duration> sorted = times.stream().sorted().toList();
        return "%.1f / %.1f"
                .formatted(seconds(sorted.get(sorted.size() / 2)), seconds(sorted.getLast()));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
