package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.chaos.ComebackReport.Instant;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ComebackReportTest {
    @Test
    void countsInstantsAndWhatBecameOfTheirVictims() {
        ComebackReport report = new ComebackReport("cut");
        report.add(instant(1, false, 900, Comeback.PROVED));
        report.add(instant(1, true, 2100, Comeback.PEER));
        report.add(instant(3, true, 11_000, Comeback.PROVED, Comeback.BASE, Comeback.LOG));

        assertThat(report.table().lines().skip(1).map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "1 of 3 2 1 1 1 0 0 2.1 / 2.1 4.2 / 4.2",
                        "3 of 3 1 1 1 0 1 1 11.0 / 11.0 22.0 / 22.0",
                        "all 3 2 2 1 1 1 2.1 / 11.0 4.2 / 22.0");
    }

    private static Instant instant(
            int victims, boolean defining, long millis, Comeback... comebacks) {
        return new Instant(
                victims + " of 3",
                defining,
                List.of(comebacks),
                Duration.ofMillis(millis),
                Duration.ofMillis(2 * millis));
    }

    @Nested
    final class ANodesLog {
        @Test
        void tellsThatItWasProved() {
            assertThat(
                            Comeback.of(
                                    List.of(
                                            "node 2: its server is proved at '0-1-7', 0 behind the log")))
                    .isEqualTo(Comeback.PROVED);
        }

        @Test
        void tellsABaseFromAPeersData() {
            String taken =
                    "node 2 goes on with another node's data, because of this; the old are kept";

            assertThat(Comeback.of(List.of(taken))).isEqualTo(Comeback.PEER);
            assertThat(
                            Comeback.of(
                                    List.of(
                                            "nobody gives this node their data: its own base is taken",
                                            taken)))
                    .isEqualTo(Comeback.BASE);
        }
    }
}
