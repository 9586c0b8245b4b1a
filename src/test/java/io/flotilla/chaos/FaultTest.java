package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultTest {
    @ParameterizedTest
    @EnumSource
    void isFoundByItsWord(Fault fault) {
        assertThat(Fault.of(fault.word())).isEqualTo(fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KILL_JVM", "earthquake"})
    void anUnknownWordIsRefusedWithThoseThereAre(String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fault.of(word))
                .withMessageContaining("kill-jvm")
                .withMessageContaining(word);
    }
}
