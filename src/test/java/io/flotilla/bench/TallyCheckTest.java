package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.History.Span;
import io.flotilla.bench.History.TallyWrite;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TallyCheckTest {
    private final TallyCheck check =
            new TallyCheck(
                    1,
                    List.of(
                            write(new Outcome.Acknowledged(1, "")),
                            write(new Outcome.Acknowledged(1, "")),
                            write(new Outcome.Unknown("broken")),
                            write(new Outcome.NotApplied("refused"))));

    @Test
    void countsAnUnknownOneOrNot() {
        assertThat(check.finalValue(1, 2)).isEmpty();
        assertThat(check.finalValue(1, 3)).isEmpty();
    }

    @Test
    void objectsToALostOne() {
        assertThat(check.finalValue(1, 1)).singleElement().asString().contains("LOST");
    }

    @Test
    void objectsToADoubledOne() {
        assertThat(check.finalValue(1, 4)).singleElement().asString().contains("DOUBLED");
    }

    private static TallyWrite write(Outcome outcome) {
        return new TallyWrite(1, 1, new Span(0, 1), outcome);
    }
}
