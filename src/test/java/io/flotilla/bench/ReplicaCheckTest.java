package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReplicaCheckTest {
    @Test
    void acceptsTheSameRowsInAnotherOrder() {
        assertThat(
                        ReplicaCheck.equal(
                                "t", Map.of(1, List.of("a", "b", "b"), 2, List.of("b", "a", "b"))))
                .isEmpty();
    }

    @Test
    void objectsToARowThatIsMissing() {
        assertThat(ReplicaCheck.equal("t", Map.of(1, List.of("a", "b"), 2, List.of("a"))))
                .singleElement()
                .asString()
                .contains("DIFFERS", "1 times at node 1, 0 times at node 2");
    }

    @Test
    void objectsToARowThatIsThereMoreOften() {
        assertThat(ReplicaCheck.equal("t", Map.of(1, List.of("a"), 2, List.of("a", "a"))))
                .singleElement()
                .asString()
                .contains("2 times at node 2");
    }

    @Test
    void objectsToARowThatIsDifferent() {
        assertThat(ReplicaCheck.equal("t", Map.of(1, List.of("a"), 2, List.of("b")))).hasSize(2);
    }
}
