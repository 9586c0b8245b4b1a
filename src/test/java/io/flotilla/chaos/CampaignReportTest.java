package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CampaignReportTest {
    @Test
    void showsTheWorstOfEachFault() {
        CampaignReport report = new CampaignReport();
        report.add("ring", false, true, Duration.ofMillis(700), Duration.ofMillis(20));
        report.add("ring", false, true, Duration.ofMillis(300), Duration.ofMillis(90));
        report.add("ring + delay", true, true, Duration.ofMillis(1200), Duration.ofMillis(5));
        report.add("ring", false, false, Duration.ofMillis(9000), Duration.ofMillis(8000));

        assertThat(report.table().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "fault times worst silence, ms after healing, ms",
                        "(hit again) 1 9000 8000",
                        "(pairs) 1 1200 5",
                        "ring 2 700 90");
    }
}
