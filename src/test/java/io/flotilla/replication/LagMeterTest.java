package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LagMeterTest {
    private static final long MS = 1_000_000;

    private final LagMeter meter = new LagMeter();

    @Test
    void isZeroForAServerThatLacksNothing() {
        assertThat(meter.behind(0, 0)).isZero();
        meter.committed(7, 0);
        assertThat(meter.behind(7, 900 * MS)).isZero();
        assertThat(meter.behind(8, 900 * MS)).isZero();
    }

    @Test
    void isTheAgeOfTheOldestThatIsLacking() {
        meter.committed(10, 0);
        meter.committed(20, 100 * MS);
        meter.committed(30, 200 * MS);
        assertThat(meter.behind(9, 1000 * MS)).isEqualTo(Duration.ofMillis(1000));
        assertThat(meter.behind(10, 1000 * MS)).isEqualTo(Duration.ofMillis(900));
        assertThat(meter.behind(19, 1000 * MS)).isEqualTo(Duration.ofMillis(900));
        assertThat(meter.behind(20, 1000 * MS)).isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void whatSaysNothingNewChangesNothing() {
        meter.committed(10, 0);
        meter.committed(10, 500 * MS);
        assertThat(meter.behind(9, 600 * MS)).isEqualTo(Duration.ofMillis(600));
        assertThat(meter.behind(10, 600 * MS)).isZero();
    }

    @Test
    void isNeverTooSmallAndBoundedInMemoryHoweverLongItRuns() {
        long last = 1_000_000;
        for (long seq = 1; seq <= last; seq++) {
            meter.committed(seq, seq * MS);
        }
        for (long applied = 0; applied < last; applied += 997) {
            long exact = (last - applied - 1) * MS;
            long told = meter.behind(applied, last * MS).toNanos();
            assertThat(told).isGreaterThanOrEqualTo(exact);
        }
        // the newest are told exactly but for the length of a group
        assertThat(meter.behind(last - 100, last * MS)).isLessThan(Duration.ofMillis(100 + 2 * 20));
    }
}
