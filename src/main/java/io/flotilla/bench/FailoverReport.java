package io.flotilla.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// The trials of a [FailoverBench] as a table for people.
final class FailoverReport {
    private static final String ROW = "%5s %5s %7s %9s %9s %10s %9s %7s %10s %8s %9s%n";

    private final List<FailoverTrial> trials;

    FailoverReport(List<FailoverTrial> trials) {
        this.trials = List.copyOf(trials);
    }

    static String header() {
        return ROW.formatted(
                "trial",
                "load",
                "leader",
                "total",
                "detection",
                "election",
                "reign",
                "drain",
                "promotion",
                "rest",
                "back");
    }

    /// Times in milliseconds. What the phases do not explain is in `rest`: from the open doors to the acknowledgement
    /// that reached the client.
    static String row(FailoverTrial trial) {
        Phases phases = trial.phases();
        double total = millis(trial.total());
        return ROW.formatted(
                trial.number(),
                trial.underLoad() ? "yes" : "no",
                trial.former() + "→" + trial.next(),
                text(Optional.of(total)),
                text(phases.detection()),
                text(phases.election()),
                text(lap(phases, "reign")),
                text(lap(phases, "drain")),
                text(promotion(phases)),
                text(rest(trial)),
                text(Optional.of(millis(trial.back()))));
    }

    /// min, median, p90 and max of each phase, over all trials, and over those with and without load.
    String summary() {
        StringBuilder text = new StringBuilder();
        summarize("all", trials, text);
        summarize("idle", trials.stream().filter(trial -> !trial.underLoad()).toList(), text);
        summarize("load", trials.stream().filter(FailoverTrial::underLoad).toList(), text);
        return text.toString();
    }

    private static void summarize(String name, List<FailoverTrial> some, StringBuilder text) {
        if (some.isEmpty()) {
            return;
        }
        text.append(
                "%-28s %9s %9s %9s %9s%n"
                        .formatted(
                                name + ", " + some.size() + " trials, ms",
                                "min",
                                "median",
                                "p90",
                                "max"));
        line(
                "  kill to acknowledged write",
                some,
                trial -> Optional.of(millis(trial.total())),
                text);
        line(
                "  longest wait of a probe",
                some,
                trial -> Optional.of(millis(trial.longestWait())),
                text);
        line("  detection", some, trial -> trial.phases().detection(), text);
        line("  election", some, trial -> trial.phases().election(), text);
        line("  reign", some, trial -> lap(trial.phases(), "reign"), text);
        line("  drain", some, trial -> lap(trial.phases(), "drain"), text);
        line("  promotion", some, trial -> promotion(trial.phases()), text);
        line("  rest", some, FailoverReport::rest, text);
        line("  killed node level again", some, trial -> Optional.of(millis(trial.back())), text);
    }

    private static void line(
            String name,
            List<FailoverTrial> some,
            Function<FailoverTrial, Optional<Double>> value,
            StringBuilder text) {
        List<Double> values = some.stream().flatMap(trial -> value.apply(trial).stream()).toList();
        if (!values.isEmpty()) {
            Spread spread = Spread.of(values);
            text.append(
                    "%-28s %9s %9s %9s %9s%n"
                            .formatted(
                                    name,
                                    text(Optional.of(spread.least())),
                                    text(Optional.of(spread.median())),
                                    text(Optional.of(spread.p90())),
                                    text(Optional.of(spread.most()))));
        }
    }

    private static Optional<Double> lap(Phases phases, String name) {
        return Optional.ofNullable(phases.promotion().get(name));
    }

    /// Everything after the drain: the server is turned from a follower into the leader, and the doors open.
    private static Optional<Double> promotion(Phases phases) {
        return phases.promotion().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        phases.promotion().entrySet().stream()
                                .filter(lap ->
                                        !lap.getKey().equals("reign")
                                                && !lap.getKey().equals("drain"))
                                .mapToDouble(lap -> lap.getValue())
                                .sum());
    }

    private static Optional<Double> rest(FailoverTrial trial) {
        Phases phases = trial.phases();
        if (phases.election().isEmpty() || phases.promotion().isEmpty()) {
            return Optional.empty();
        }
        double explained =
                phases.detection().orElse(0.0)
                        + phases.election().get()
                        + phases.promotion().values().stream().mapToDouble(lap -> lap).sum();
        return Optional.of(millis(trial.total()) - explained);
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    private static String text(Optional<Double> millis) {
        return millis.map(value -> String.format(Locale.ROOT, "%.0f", value)).orElse("-");
    }
}
