package io.flotilla.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SpeedReportTest {
    private static SpeedReport.Row row(String system, int repetition, int operations, double cpu) {
        return new SpeedReport.Row(
                system,
                "forced",
                Workload.INSERT,
                64,
                0,
                repetition,
                new Trial.Outcome(
                        operations, 5, 5, new Cost(cpu, operations * 300L), 1, 2, 3, 0, ""));
    }

    @Test
    void aRateCountsUntilEveryReplicaHasApplied() {
        assertThat(row("ours", 1, 10_000, 5).outcome().sustained()).isEqualTo(1000);
        assertThat(row("ours", 1, 10_000, 5).outcome().perSecond()).isEqualTo(2000);
        assertThat(row("ours", 1, 10_000, 5).outcome().cpuMillis()).isEqualTo(0.5);
    }

    @Test
    void ratiosArePairsWithinARepetition() {
        SpeedReport report = new SpeedReport();
        // The machine was ten times as slow in the second repetition, for both.
        report.add(row("ours", 1, 20_000, 10));
        report.add(row("theirs", 1, 10_000, 10));
        report.add(row("ours", 2, 2_000, 10));
        report.add(row("theirs", 2, 1_000, 10));

        assertThat(report.ratios("ours", "theirs"))
                .contains("sustained rate 2.00 (2.00 to 2.00) times")
                // 0.5 in the first, 0.5 in the second: 10 s for twice as much.
                .contains("CPU of each operation 0.50 (0.50 to 0.50) times");
        assertThat(report.ratios("ours", "nobody")).isEmpty();
    }

    @Test
    void theTableSaysTheMedianAndWhatAcknowledgedMeans() {
        SpeedReport report = new SpeedReport();
        List.of(1000, 9000, 2000).forEach(count -> report.add(row("ours", 1, count, 1)));

        assertThat(report.table())
                .contains("| ours | 400 (200 to 1800) | 200 (100 to 900) |")
                .contains("| 0 | forced |");
        assertThat(report.csv().lines()).hasSize(4);
    }

    @Test
    void whatIsMissingIsSaidBelowTheTable() {
        SpeedReport report = new SpeedReport();
        report.add(row("ours", 1, 1000, 1));
        report.skipped("theirs", "no program");

        assertThat(report.table()).contains("theirs: skipped, no program");
        assertThat(report.failed()).isFalse();

        report.failed("others, repetition 2", "it ended");

        assertThat(report.table()).contains("others, repetition 2: FAILED, it ended");
        assertThat(report.failed()).isTrue();
    }

    @Test
    void thePlotIsWellFormedAndItsLongestBarIsTheFastestSystems() throws Exception {
        SpeedReport report = new SpeedReport();
        report.add(row("ours", 1, 20_000, 10));
        report.add(row("<theirs>", 1, 10_000, 10));

        NodeList bars =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(report.plot())))
                        .getElementsByTagName("rect");

        // The first is the background; then rate and cost of each.
        assertThat(bars.getLength()).isEqualTo(5);
        assertThat(width(bars, 1)).isEqualTo(2 * width(bars, 3)).isPositive();
        assertThat(width(bars, 4)).isEqualTo(2 * width(bars, 2));
    }

    private static int width(NodeList bars, int index) {
        return Integer.parseInt(((Element) bars.item(index)).getAttribute("width"));
    }

    @Test
    void aQuantileIsAMeasuredValue() {
        Latencies latencies = new Latencies();
        for (int micros = 1; micros <= 1000; micros++) {
            latencies.add(micros * 1000L);
        }
        int[] sorted = Latencies.sorted(List.of(latencies));

        assertThat(Latencies.quantile(sorted, 0.5)).isEqualTo(0.5);
        assertThat(Latencies.quantile(sorted, 0.999)).isEqualTo(0.999);
        assertThat(Latencies.quantile(new int[0], 0.5)).isZero();
    }
}
