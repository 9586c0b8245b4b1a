package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.FlotillaException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeoutsTest {
    @Test
    void readsMillisecondsSecondsAndMinutes() {
        assertThat(Timeouts.parse("timeout", "500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(Timeouts.parse("timeout", "5s")).isEqualTo(Duration.ofSeconds(5));
        assertThat(Timeouts.parse("timeout", "2m")).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0s", "-1s", "5 s", "5S", "1h", "99999999999s", "1.5s"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> Timeouts.parse("timeout", text))
                .isInstanceOf(FlotillaException.class);
    }
}
