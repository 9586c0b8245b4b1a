package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RebuildsTest {
    private final Rebuilds rebuilds = new Rebuilds();
    private long now = System.nanoTime();

    private Duration pause() {
        return rebuilds.pause(now, Rebuilds.LONGEST_PAUSE);
    }

    private void rebuild() {
        now += pause().toNanos();
        assertThat(pause()).isEqualTo(Duration.ZERO);
        rebuilds.begin(now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void areAllowedAFewTimesAtOnce() {
        assertAFewAtOnce();
    }

    private void assertAFewAtOnce() {
        for (int i = 0; i < Rebuilds.MOST; i++) {
            assertThat(pause()).isEqualTo(Duration.ZERO);
            rebuilds.begin(now);
        }
        assertThat(pause()).isEqualTo(Rebuilds.PAUSE);
    }

    @Test
    void comeAfterEverLongerPausesThenButNeverEnd() {
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 50; i++) {
            rebuild();
            Duration pause = pause();
            assertThat(pause).isLessThanOrEqualTo(Rebuilds.LONGEST_PAUSE);
            longest = pause.compareTo(longest) > 0 ? pause : longest;
        }
        assertThat(longest).isGreaterThan(Rebuilds.PAUSE.multipliedBy(8));
    }

    @Test
    void whatHasPassedOfAPauseCounts() {
        for (int i = 0; i < Rebuilds.MOST; i++) {
            rebuild();
        }
        pass(Duration.ofSeconds(20));
        assertThat(pause()).isEqualTo(Rebuilds.PAUSE.minusSeconds(20));
        pass(Rebuilds.PAUSE);
        assertThat(pause()).isEqualTo(Duration.ZERO);
    }

    @Test
    void areForgottenAfterAnHour() {
        for (int i = 0; i < Rebuilds.MOST + 2; i++) {
            rebuild();
        }
        pass(Rebuilds.WITHIN.plusNanos(1));
        assertAFewAtOnce();
    }

    @Test
    void waitLittleWhileNobodyServes() {
        for (int i = 0; i < 2 * Rebuilds.MOST; i++) {
            rebuild();
        }
        assertThat(rebuilds.pause(now, Rebuilds.LONGEST_WITHOUT_OTHERS))
                .isEqualTo(Rebuilds.LONGEST_WITHOUT_OTHERS);
        assertThat(pause()).isGreaterThan(Rebuilds.PAUSE);
    }
}
