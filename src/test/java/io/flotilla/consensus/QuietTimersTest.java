package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuietTimersTest {
    private static final long HEARTBEAT = TimeUnit.MILLISECONDS.toNanos(100);

    private static long due(long now, long delay) {
        return now + QuietTimers.rounded(now, delay);
    }

    /// As the library sets a heartbeat's timer anew: from when the last one was sent, in whole milliseconds.
    @ParameterizedTest
    @ValueSource(longs = {1, 12_345_678, 49_999_999, 50_000_000, 77_000_001, 99_999_999})
    void heartbeatsThatBeganAtAnyTimeAreDueTogetherAndStaySo(long began) {
        long due = due(began, HEARTBEAT);
        for (int beat = 0; beat < 5; beat++) {
            assertThat(due % HEARTBEAT).isZero();
            long sent = due + 300_000;
            long next = due(sent, HEARTBEAT - 1_000_000);
            assertThat(next - due).isEqualTo(HEARTBEAT);
            due = next;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_000_000, 9_999_999, 40_000_000, 100_000_000, 400_000_000})
    void noneIsMovedByMoreThanHalfOfItsTimeOrFiveMilliseconds(long delay) {
        for (long now = -250_000_000; now < 250_000_000; now += 7_777_777) {
            long moved = QuietTimers.rounded(now, delay);

            assertThat(moved).isNotNegative();
            assertThat(Math.abs(moved - delay))
                    .isLessThanOrEqualTo(Math.max(5_000_000, delay / 2 + 5_000_000));
        }
    }
}
