package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class WoundsTest {
    private final Wounds wounds = new Wounds();
    private final AtomicBoolean whole = new AtomicBoolean();

    @Test
    void noSecondDiskIsHurtWhileOneIsNotWhole() {
        wounds.open(1);
        assertThat(wounds.none()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> wounds.open(2));
        wounds.heals(1, whole::get);
        assertThat(wounds.none()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> wounds.open(2));
    }

    @Test
    void anotherMayBeHurtOnceWhatWasLostIsMadeGood() {
        wounds.open(1);
        wounds.heals(1, whole::get);
        whole.set(true);
        assertThat(wounds.none()).isTrue();
        wounds.open(2);
        assertThat(wounds.none()).isFalse();
    }

    @Test
    void onlyWhatWasHurtHeals() {
        wounds.open(1);
        assertThatIllegalStateException().isThrownBy(() -> wounds.heals(2, () -> true));
    }
}
