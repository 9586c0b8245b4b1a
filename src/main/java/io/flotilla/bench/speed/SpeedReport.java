package io.flotilla.bench.speed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What a [SpeedBench] measured: a table and bars for people, lines for programs.
public final class SpeedReport {
    private final List<Row> rows = new ArrayList<>();

    /// One measurement.
    record Row(
            String system,
            String durability,
            Workload workload,
            int clients,
            int repetition,
            Trial.Outcome outcome) {}

    void add(Row row) {
        rows.add(row);
    }

    /// One line while it goes on.
    static String progress(String system, Workload workload, int clients, Trial.Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%-30s %-6s %4d clients: %8.0f/s, sustained %8.0f/s, p50 %.2f ms, p99 %.2f ms, %.3f"
                        + " CPU ms each, %d errors%s",
                system,
                workload.word(),
                clients,
                outcome.perSecond(),
                outcome.sustained(),
                outcome.p50(),
                outcome.p99(),
                outcome.cpuMillis(),
                outcome.errors(),
                outcome.firstError().isEmpty() ? "" : " (" + outcome.firstError() + ")");
    }

    /// Medians over the repetitions; of the rate also the least and the most.
    public String table() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            text.append("\n### ").append(group.getKey()).append("\n\n");
            text.append(
                    "| system | sustained/s (least to most) | p50 ms | p99 ms | p99.9 ms | CPU ms"
                            + " each | bytes written each | errors |\n"
                            + "|---|---|---|---|---|---|---|---|\n");
            bySystem(group.getValue()).forEach((name, its) -> text.append(line(name, its)));
        }
        text.append("\nAcknowledged means: ");
        Map<String, String> durability = new LinkedHashMap<>();
        rows.forEach(row -> durability.put(row.system(), row.durability()));
        text.append(
                durability.entrySet().stream()
                        .map(each -> each.getKey() + ": " + each.getValue())
                        .collect(Collectors.joining("; ")));
        return text.append(".\n").toString();
    }

    private static Map<String, List<Row>> bySystem(List<Row> rows) {
        return rows.stream()
                .collect(
                        Collectors.groupingBy(
                                Row::system, LinkedHashMap::new, Collectors.toList()));
    }

    /// Medians over the repetitions, as bars.
    ///
    /// @return a file in SVG
    public String plot() {
        List<SpeedPlot.Group> all = new ArrayList<>();
        groups().forEach((name, its) -> {
            List<SpeedPlot.Bar> bars = new ArrayList<>();
            bySystem(its)
                    .forEach((system, own) ->
                            bars.add(
                                    new SpeedPlot.Bar(
                                            system,
                                            median(own, Trial.Outcome::sustained),
                                            median(own, Trial.Outcome::cpuMillis))));
            all.add(new SpeedPlot.Group(name, bars));
        });
        return SpeedPlot.of(all);
    }

    private Map<String, List<Row>> groups() {
        return rows.stream()
                .collect(
                        Collectors.groupingBy(
                                row ->
                                        "%s, %d client%s"
                                                .formatted(
                                                        row.workload().word(),
                                                        row.clients(),
                                                        row.clients() == 1 ? "" : "s"),
                                LinkedHashMap::new,
                                Collectors.toList()));
    }

    private static String line(String name, List<Row> its) {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f (%.0f to %.0f) | %.2f | %.2f | %.2f | %.3f | %.0f | %d |%n",
                name,
                median(its, Trial.Outcome::sustained),
                its.stream().mapToDouble(row -> row.outcome().sustained()).min().orElse(0),
                its.stream().mapToDouble(row -> row.outcome().sustained()).max().orElse(0),
                median(its, Trial.Outcome::p50),
                median(its, Trial.Outcome::p99),
                median(its, Trial.Outcome::p999),
                median(its, Trial.Outcome::cpuMillis),
                median(its, Trial.Outcome::bytes),
                its.stream().mapToLong(row -> row.outcome().errors()).sum());
    }

    /// Pairs within a repetition: the median of `system`'s figure over `other`'s, for each workload and number of clients.
    public String ratios(String system, String other) {
        StringBuilder text = new StringBuilder();
        groups().forEach((group, all) -> {
            List<Double> rates = ratios(all, system, other, Trial.Outcome::sustained);
            List<Double> costs = ratios(all, system, other, Trial.Outcome::cpuMillis);
            if (!rates.isEmpty()) {
                text.append(
                        String.format(
                                Locale.ROOT,
                                "%s over %s, %s: %.2f times the sustained rate, %.2f times the CPU"
                                        + " of each operation%n",
                                system,
                                other,
                                group,
                                median(rates),
                                costs.isEmpty() ? 0 : median(costs)));
            }
        });
        return text.toString();
    }

    private static List<Double> ratios(
            List<Row> rows, String system, String other, ToDoubleFunction<Trial.Outcome> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int repetition : new TreeSet<>(rows.stream().map(Row::repetition).toList())) {
            double mine = of(rows, system, repetition, figure);
            double its = of(rows, other, repetition, figure);
            if (mine > 0 && its > 0) {
                ratios.add(mine / its);
            }
        }
        return ratios;
    }

    private static double of(
            List<Row> rows, String system, int repetition, ToDoubleFunction<Trial.Outcome> figure) {
        return rows.stream()
                .filter(row -> row.system().equals(system) && row.repetition() == repetition)
                .mapToDouble(row -> figure.applyAsDouble(row.outcome()))
                .findFirst()
                .orElse(0);
    }

    private static double median(List<Row> rows, ToDoubleFunction<Trial.Outcome> figure) {
        return median(rows.stream().map(row -> figure.applyAsDouble(row.outcome())).toList());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /// Every measurement.
    public String csv() {
        String head =
                "system,workload,clients,repetition,operations,seconds,drain_seconds,p50_ms,p99_ms,p999_ms,cpu_seconds,written_bytes,errors\n";
        return head
                + rows.stream()
                        .map(row -> {
                            Trial.Outcome o = row.outcome();
                            return String.format(
                                    Locale.ROOT,
                                    "%s,%s,%d,%d,%d,%.3f,%.3f,%.3f,%.3f,%.3f,%.2f,%d,%d%n",
                                    row.system(),
                                    row.workload().word(),
                                    row.clients(),
                                    row.repetition(),
                                    o.operations(),
                                    o.seconds(),
                                    o.drainSeconds(),
                                    o.p50(),
                                    o.p99(),
                                    o.p999(),
                                    o.cost().cpuSeconds(),
                                    o.cost().writtenBytes(),
                                    o.errors());
                        })
                        .collect(Collectors.joining());
    }
}
