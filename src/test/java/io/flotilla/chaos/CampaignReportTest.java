package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CampaignReportTest {
    @Test
    void showsTheWorstOfEachFault() {
        CampaignReport report = new CampaignReport();
        report.add("ring", false, Duration.ofMillis(700), Duration.ofMillis(20));
        report.add("ring", false, Duration.ofMillis(300), Duration.ofMillis(90));
        report.add("ring + delay", true, Duration.ofMillis(1200), Duration.ofMillis(5));

        assertThat(report.table().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "fault times worst silence, ms after healing, ms",
                        "(pairs) 1 1200 5",
                        "ring 2 700 90");
    }
}
