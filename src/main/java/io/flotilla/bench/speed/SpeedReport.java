package io.flotilla.bench.speed;

import java.util.ArrayList;
import java.util.Collections;
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
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private boolean failed;

    /// One measurement.
    ///
    /// @param perSecond requests that were due each second; 0 when each client sent when it had its answer
    record Row(
            String system,
            String durability,
            Workload workload,
            int clients,
            int perSecond,
            int repetition,
            Trial.Outcome outcome) {}

    void add(Row row) {
        rows.add(row);
    }

    /// What was asked for and is not among the figures, as this machine has not got it.
    void skipped(String system, String why) {
        leftOut.put(system, "skipped, " + why);
    }

    /// What was begun and is not, or not wholly, among the figures.
    void failed(String run, String why) {
        leftOut.put(run, "FAILED, " + why);
        failed = true;
    }

    public boolean failed() {
        return failed;
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

    /// Medians over the repetitions, and the least and the most where there are several.
    public String table() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            text.append("\n### ").append(group.getKey()).append("\n\n");
            text.append(
                    "| system | answered/s | sustained/s | p50 ms | p99 ms | p99.9 ms | CPU s of"
                            + " 1000 | bytes written each | errors | acknowledged means |\n"
                            + "|---|---|---|---|---|---|---|---|---|---|\n");
            bySystem(group.getValue()).forEach((name, its) -> text.append(line(name, its)));
        }
        text.append(
                """

                Sustained: until every replica has applied what was answered. CPU: of all processes of the system until \
                then, without the clients. Bytes: of the disk, by whomever. In brackets: least to most of the repetitions.
                """);
        leftOut.forEach((what, why) -> text.append(what).append(": ").append(why).append('\n'));
        return text.toString();
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
                "| %s | %s | %s | %s | %s | %s | %s | %s | %d | %s |%n",
                name,
                cell("%.0f", values(its, Trial.Outcome::perSecond)),
                cell("%.0f", values(its, Trial.Outcome::sustained)),
                cell("%.2f", values(its, Trial.Outcome::p50)),
                cell("%.2f", values(its, Trial.Outcome::p99)),
                cell("%.2f", values(its, Trial.Outcome::p999)),
                cell("%.3f", values(its, Trial.Outcome::cpuMillis)),
                cell("%.0f", values(its, Trial.Outcome::bytes)),
                its.stream().mapToLong(row -> row.outcome().errors()).sum(),
                its.getFirst().durability());
    }

    private static List<Double> values(List<Row> rows, ToDoubleFunction<Trial.Outcome> figure) {
        return rows.stream().map(row -> figure.applyAsDouble(row.outcome())).toList();
    }

    /// The median, and between which values it lies.
    private static String cell(String form, List<Double> values) {
        String middle = String.format(Locale.ROOT, form, median(values));
        return values.size() == 1
                ? middle
                : String.format(
                        Locale.ROOT,
                        "%s (" + form + " to " + form + ")",
                        middle,
                        Collections.min(values),
                        Collections.max(values));
    }

    /// Pairs within a repetition: `system`'s figure over `other`'s, for each workload and number of clients; the median of
    /// the pairs, and the least and the most where there are several.
    public String ratios(String system, String other) {
        StringBuilder text = new StringBuilder();
        groups().forEach((group, all) -> {
            List<Double> rates = ratios(all, system, other, Trial.Outcome::sustained);
            List<Double> costs = ratios(all, system, other, Trial.Outcome::cpuMillis);
            List<Double> waits = ratios(all, system, other, Trial.Outcome::p50);
            if (!rates.isEmpty()) {
                text.append(
                        "%s over %s, %s: sustained rate %s, CPU of each operation %s, p50 %s%n"
                                .formatted(
                                        system,
                                        other,
                                        group,
                                        times(rates),
                                        times(costs),
                                        times(waits)));
            }
        });
        return text.toString();
    }

    private static String times(List<Double> ratios) {
        return ratios.isEmpty() ? "not known" : cell("%.2f", ratios) + " times";
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
        return median(values(rows, figure));
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
                "system,workload,clients,due_per_second,repetition,operations,seconds,drain_seconds,p50_ms,p99_ms,p999_ms,cpu_seconds,written_bytes,errors,acknowledged_means\n";
        return head
                + rows.stream()
                        .map(row -> {
                            Trial.Outcome o = row.outcome();
                            return String.format(
                                    Locale.ROOT,
                                    "%s,%s,%d,%d,%d,%d,%.3f,%.3f,%.3f,%.3f,%.3f,%.2f,%d,%d,\"%s\"%n",
                                    row.system(),
                                    row.workload().word(),
                                    row.clients(),
                                    row.perSecond(),
                                    row.repetition(),
                                    o.operations(),
                                    o.seconds(),
                                    o.drainSeconds(),
                                    o.p50(),
                                    o.p99(),
                                    o.p999(),
                                    o.cost().cpuSeconds(),
                                    o.cost().writtenBytes(),
                                    o.errors(),
                                    row.durability());
                        })
                        .collect(Collectors.joining());
    }
}
