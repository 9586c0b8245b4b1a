package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SleepForRoomTest {
    private static final int ONCE = 1;

    private final SleepForRoom sleep = new SleepForRoom(Duration.ofSeconds(1));

    private boolean tooLong(int said, boolean idle, long done, double at) {
        return sleep.tooLong(said, idle, done, Math.round(at * 1e9));
    }

    @Test
    void aServerThatGetsNothingDoneForTooLongSleeps() {
        assertThat(tooLong(ONCE, false, 5, 0)).isFalse();
        assertThat(tooLong(ONCE, false, 5, 0.9)).isFalse();
        assertThat(tooLong(ONCE, false, 5, 1.1)).isTrue();
    }

    @Test
    void aServerThatHasSaidNothingDoesNotSleepHoweverLongItTakes() {
        assertThat(tooLong(0, false, 5, 0)).isFalse();
        assertThat(tooLong(0, false, 5, 100)).isFalse();
        assertThat(sleep.possible(0)).isFalse();
    }

    @Test
    void whatItGetsDoneEndsTheDoubt() {
        assertThat(tooLong(ONCE, false, 5, 0)).isFalse();
        assertThat(sleep.possible(ONCE)).isTrue();
        assertThat(tooLong(ONCE, false, 6, 0.9)).isFalse();
        assertThat(sleep.possible(ONCE)).isFalse();
        assertThat(tooLong(ONCE, false, 6, 100)).isFalse();
    }

    @Test
    void soDoesHavingNothingToDo() {
        assertThat(tooLong(ONCE, false, 5, 0)).isFalse();
        assertThat(tooLong(ONCE, true, 5, 1.1)).isFalse();
        assertThat(sleep.possible(ONCE)).isFalse();
    }

    @Test
    void theTimeBeginsWhenThereIsRoom() {
        assertThat(tooLong(ONCE, false, 5, 0)).isFalse();
        sleep.excused();
        assertThat(tooLong(ONCE, false, 5, 5)).isFalse();
        assertThat(tooLong(ONCE, false, 5, 6.1)).isTrue();
    }

    @Test
    void anotherFullDiskIsAnotherDoubt() {
        assertThat(tooLong(ONCE, true, 5, 0)).isFalse();
        assertThat(tooLong(ONCE + 1, false, 5, 1)).isFalse();
        assertThat(tooLong(ONCE + 1, false, 5, 2.1)).isTrue();
    }
}
