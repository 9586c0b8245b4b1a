package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.consensus.TestGroup.TestNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandOverTest {
    @TempDir private Path directory;

    private TestGroup group;

    @BeforeEach
    void startAGroup() throws Exception {
        group = TestGroup.started(directory, 3);
    }

    @AfterEach
    void stopIt() {
        group.close();
    }

    @Test
    void givesTheLeadToTheNamedNode() throws Exception {
        TestNode leader = group.leader();
        TestGroup.get(leader.append("before"));
        TestNode successor = group.others(leader).getLast();
        eventually(PATIENCE, () -> assertThat(successor.machine.texts()).containsExactly("before"));
        leader.log.handOver(Optional.of(successor.id)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(leader.log.leadership().self()).isFalse();
        eventually(PATIENCE, () -> assertThat(successor.log.leadership().self()).isTrue());
        TestGroup.get(successor.append("after"));
        assertThat(successor.machine.texts()).containsExactly("before", "after");
    }

    @Test
    void givesTheLeadToTheMostAdvancedWhenTheNamedOneIsAway() throws Exception {
        TestNode leader = group.leader();
        TestNode away = group.others(leader).getFirst();
        TestNode there = group.others(leader).getLast();
        group.isolate(away.id, Wires.State.DEAD);
        TestGroup.get(leader.append("before"));
        eventually(
                PATIENCE,
                () -> {
                    if (leader.log.leadership().self()) {
                        leader.log
                                .handOver(Optional.of(away.id))
                                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    }
                    assertThat(there.log.leadership().self()).isTrue();
                });
    }

    @Test
    void hasNoEffectOnAFollower() throws Exception {
        TestNode leader = group.leader();
        long term = leader.log.leadership().term();
        group.others(leader).getFirst().log.handOver(Optional.empty()).get();
        assertThat(leader.log.leadership())
                .isEqualTo(new ReplicatedLog.Leadership(term, Optional.of(leader.id), true));
    }

    @Test
    void aLoneNodeLeavesItsTermAndLeadsTheNext() throws Exception {
        try (TestGroup alone = TestGroup.started(directory.resolve("alone"), 1)) {
            TestNode leader = alone.leader();
            long term = leader.log.leadership().term();
            leader.log.handOver(Optional.empty()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            eventually(PATIENCE, () -> assertThat(leader.log.leadership().self()).isTrue());
            assertThat(leader.log.leadership().term()).isGreaterThan(term);
            assertThat(leader.machine.events()).contains("not leading " + term);
        }
    }

    @Test
    void failsWhenNobodyAnswersAndTheLeaderGoesOn() throws Exception {
        TestNode leader = group.leader();
        TestGroup.get(leader.append("before"));
        group.isolate(leader.id, Wires.State.SILENT);
        leader.log
                .handOver(Optional.empty())
                .handle((done, failure) -> {
                    // Either nobody answered any more, or the successor was told and could not take
                    // over, or the leader had
                    // stepped down by itself: in no case may it hang.
                    return failure;
                })
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThatThrownBy(() ->
                        leader.append("in the dark").get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(java.util.concurrent.ExecutionException.class);
    }
}
