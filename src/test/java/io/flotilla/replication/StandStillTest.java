package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StandStillTest {
    private static final long BEGAN = Long.MAX_VALUE - 5;

    private final StandStill still = new StandStill(Duration.ofSeconds(60));

    private static long at(int seconds) {
        return BEGAN + TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void aServerThatDoesNothingForAMinuteStandsStill() {
        assertThat(still.tooLong(7, at(0))).isFalse();
        assertThat(still.suspect(at(10))).isFalse();
        assertThat(still.suspect(at(16))).isTrue();
        assertThat(still.tooLong(7, at(59))).isFalse();
        assertThat(still.tooLong(7, at(61))).isTrue();
    }

    @Test
    void whateverItDoesBeginsTheTimeAnew() {
        still.tooLong(7, at(0));

        assertThat(still.tooLong(8, at(59))).isFalse();
        assertThat(still.suspect(at(61))).isFalse();
        assertThat(still.tooLong(8, at(100))).isFalse();
        assertThat(still.tooLong(8, at(120))).isTrue();
    }

    @Test
    void whoWaitsForSomebodyElseIsExcused() {
        still.tooLong(7, at(0));
        still.excused();

        assertThat(still.suspect(at(100))).isFalse();
        assertThat(still.tooLong(7, at(100))).isFalse();
        assertThat(still.tooLong(7, at(159))).isFalse();
    }
}
