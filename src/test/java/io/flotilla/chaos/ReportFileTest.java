package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportFileTest {
    @Test
    void addsEachCampaignToWhatIsThere(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("campaigns.md");
        ReportFile.add(
                file,
                summary(7, Map.of("ring", times(2, 700, 20), "(pairs)", times(1, 300, 5)), true));
        ReportFile.add(file, summary(8, Map.of("ring", times(1, 200, 90)), false));

        assertThat(Files.readString(file))
                .isEqualTo(
                        """
                        | seed | minutes | faults | operations | unknown | elections | rebuilds | worst silence, ms | verdict |
                        |---|---|---|---|---|---|---|---|---|
                        | 7 | 1.5 | 3 | 1000 | 10 | 4 | 1 | 700 | clean |
                        | 8 | 1.5 | 1 | 1000 | 10 | 4 | 1 | 200 | WRONG |
                        | together | 3.0 | 4 | 2000 | 20 | 8 | 2 | 700 | WRONG |

                        | fault | times | worst silence, ms | worst after its end, ms |
                        |---|---|---|---|
                        | (pairs) | 1 | 300 | 5 |
                        | ring | 3 | 700 | 90 |
                        """);
    }

    private static FaultTimes times(int count, int silence, int after) {
        return new FaultTimes(count, Duration.ofMillis(silence), Duration.ofMillis(after));
    }

    private static CampaignSummary summary(
            long seed, Map<String, FaultTimes> kinds, boolean clean) {
        return new CampaignSummary(seed, Duration.ofSeconds(90), 1000, 10, 4, 1, kinds, clean);
    }
}
