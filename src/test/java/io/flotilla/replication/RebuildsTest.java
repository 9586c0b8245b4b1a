package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RebuildsTest {
    private final Rebuilds rebuilds = new Rebuilds();

    @Test
    void areAllowedSoOftenWithinAnHourAndAgainAfterIt() {
        long start = System.nanoTime();
        for (int i = 0; i < Rebuilds.MOST; i++) {
            assertThat(rebuilds.take(start + i)).isTrue();
        }
        long hour = Rebuilds.WITHIN.toNanos();
        assertThat(rebuilds.take(start + 10)).isFalse();
        assertThat(rebuilds.take(start + hour)).isFalse();
        assertThat(rebuilds.take(start + hour + 1)).isTrue();
        assertThat(rebuilds.take(start + hour + 1)).isFalse();
    }
}
