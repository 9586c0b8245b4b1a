package io.flotilla.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class KindTest {
    @Test
    void eachIsFoundByItsWord() {
        assertThat(Kind.all()).allSatisfy(kind -> assertThat(Kind.of(kind.word())).isEqualTo(kind));
        assertThat(Kind.of("exactly-once")).isEqualTo(Kind.EXACTLY_ONCE);
    }

    @Test
    void anUnknownWordIsToldWhatThereIs() {
        assertThatThrownBy(() -> Kind.of("appendix"))
                .hasMessage(
                        "unknown workload appendix; there are set, register, append, bank, session,"
                                + " exactly-once, ddl, large, cancel");
    }
}
