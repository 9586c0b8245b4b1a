package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class VotePatienceTest {
    private final VotePatience patience = VotePatience.of(Duration.ofMillis(500));

    @Test
    void isShortBehindALeaderAndGrowsWithEachTermThatFoundNone() {
        assertThat(patience.millis(8, 7)).isEqualTo(150);
        assertThat(patience.millis(9, 7)).isEqualTo(300);
        assertThat(patience.millis(11, 7)).isEqualTo(1200);
        assertThat(patience.millis(12, 7)).isEqualTo(2000);
    }

    @Test
    void isLongWhenNoLeaderWasEverKnown() {
        assertThat(patience.millis(100, 0)).isEqualTo(2000);
    }
}
