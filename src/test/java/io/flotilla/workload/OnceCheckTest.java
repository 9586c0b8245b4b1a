package io.flotilla.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Rows made by hand; also of transactions that consist of several.
final class OnceCheckTest {
    private static final Map<String, Outcome> ATTEMPTS =
            Map.of(
                    "done", new Outcome.Acknowledged(1, ""),
                    "refused", new Outcome.NotApplied("conflict"),
                    "open", new Outcome.Unknown("no answer"));

    @Test
    void isContentWhenWhatIsUnknownIsThereOrNot() {
        assertThat(complaints("done")).isEmpty();
        assertThat(complaints("done", "open")).isEmpty();
    }

    @Test
    void objectsToALostOne() {
        assertThat(complaints("open")).singleElement().asString().contains("LOST, done");
    }

    @Test
    void objectsToADoubledOne() {
        assertThat(complaints("done", "done")).singleElement().asString().contains("2 TIMES done");
        assertThat(complaints("done", "open", "open"))
                .singleElement()
                .asString()
                .contains("2 TIMES open");
    }

    @Test
    void objectsToOneThatWasDenied() {
        assertThat(complaints("done", "refused"))
                .singleElement()
                .asString()
                .contains("THERE though not applied, refused");
    }

    @Test
    void objectsToOneFromNowhere() {
        assertThat(complaints("done", "other"))
                .singleElement()
                .asString()
                .contains("FROM NOWHERE, other");
    }

    @Test
    void objectsToHalfAPair() {
        Set<String> attempts = Set.of("a", "a+", "b", "b+", "c");
        assertThat(CancelWorkload.halves(1, attempts, Set.of("a", "a+", "c"))).isEmpty();
        assertThat(CancelWorkload.halves(1, attempts, Set.of("a", "b", "b+"))).hasSize(1);
        assertThat(CancelWorkload.halves(1, attempts, Set.of("a+"))).hasSize(1);
    }

    @Test
    void objectsToHalfALargeTransaction() {
        Map<String, Integer> parts = new HashMap<>(Map.of("1", 5, "20", 7));
        assertThat(LargeWorkload.halves(1, parts, Map.of("20", 7))).isEmpty();
        assertThat(LargeWorkload.halves(1, parts, Map.of("20", 6))).hasSize(1);
        assertThat(LargeWorkload.halves(1, parts, Map.of("20", 7, "19", 3))).hasSize(1);
        assertThat(LargeWorkload.halves(1, parts, Map.of("1", 5)))
                .singleElement()
                .asString()
                .contains("DONE WITHOUT ITS ROWS");
    }

    private static List<String> complaints(String... there) {
        return OnceCheck.complaints("row", 1, ATTEMPTS, List.of(there));
    }
}
