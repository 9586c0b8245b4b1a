package io.flotilla.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.peer.NodeId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);
    private static final NodeId THREE = new NodeId(3);

    @Test
    void findsNothingWhereAllAgree() {
        assertThat(Tally.of(Map.of(ONE, "a", TWO, "a", THREE, "a"), 3).equal()).isTrue();
    }

    @Test
    void outvotesWhoeverDiffersFromAMajority() {
        Tally tally = Tally.of(Map.of(ONE, "b", TWO, "a", THREE, "a"), 3);
        assertThat(tally.equal()).isFalse();
        assertThat(tally.outvoted()).containsExactly(ONE);
    }

    /// Two of five agree, and the two that are silent may agree with the third.
    @Test
    void outvotesNobodyWithoutAMajorityOfTheWholeFleet() {
        Tally tally = Tally.of(Map.of(ONE, "b", TWO, "a", THREE, "a"), 5);
        assertThat(tally.equal()).isFalse();
        assertThat(tally.outvoted()).isEmpty();
    }

    @Test
    void outvotesNobodyOfTwoThatDiffer() {
        assertThat(Tally.of(Map.of(ONE, "b", TWO, "a"), 2).outvoted()).isEmpty();
    }

    @Test
    void ofSequencesOnlyOneThatIsBehindAMajoritySaysSomething() {
        SequenceValue agreed = new SequenceValue(1001, 1, 0);
        SequenceValue behind = new SequenceValue(1, 1, 0);
        SequenceValue ahead = new SequenceValue(2001, 1, 0);
        assertThat(SequenceValue.comparable(Map.of(ONE, ahead, TWO, agreed, THREE, agreed), 3))
                .containsOnlyKeys(TWO, THREE);
        assertThat(SequenceValue.comparable(Map.of(ONE, behind, TWO, agreed, THREE, agreed), 3))
                .containsOnlyKeys(ONE, TWO, THREE);
        assertThat(SequenceValue.comparable(Map.of(ONE, behind, TWO, agreed, THREE, ahead), 3))
                .isEmpty();
    }
}
