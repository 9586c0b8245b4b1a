package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void eachIsAMeasuredValue() {
        Spread spread = Spread.of(List.of(10.0, 3.0, 1.0, 7.0, 2.0, 9.0, 4.0, 8.0, 6.0, 5.0));

        assertThat(spread).isEqualTo(new Spread(1, 5, 9, 10));
        assertThat(Spread.of(List.of(4.0))).isEqualTo(new Spread(4, 4, 4, 4));
    }

    @Test
    void nothingHasNoSpread() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
