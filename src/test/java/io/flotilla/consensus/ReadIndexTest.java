package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.consensus.TestGroup.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadIndexTest {
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
    void coversWhatWasAcknowledgedOnEveryNode() throws Exception {
        TestNode leader = group.leader();
        for (int i = 0; i < 20; i++) {
            String text = "entry " + i;
            long written = TestGroup.get(leader.append(text));
            for (TestNode node : group.nodes()) {
                eventually(PATIENCE, () -> assertThat(node.log.leadership().leader()).isPresent());
                assertThat(TestGroup.get(node.log.readIndex())).isGreaterThanOrEqualTo(written);
                assertThat(node.machine.texts()).contains(text);
            }
        }
    }

    @Test
    void isRefusedWithoutAQuorum() throws Exception {
        TestNode leader = group.leader();
        TestGroup.get(leader.append("before"));
        group.isolate(leader.id, Wires.State.SILENT);
        assertThatThrownBy(() -> leader.log.readIndex().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(ReplicatedLog.ReadIndexException.class);
    }

    @Test
    void isRefusedOnAFollowerThatReachesNobody() throws Exception {
        TestNode leader = group.leader();
        TestNode follower = group.others(leader).getFirst();
        eventually(PATIENCE, () -> assertThat(follower.log.leadership().leader()).isPresent());
        group.isolate(follower.id, Wires.State.SILENT);
        assertThatThrownBy(
                        () -> follower.log.readIndex().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(ReplicatedLog.ReadIndexException.class);
    }

    @Test
    void tellsHowLongTheQuorumHasBeenSilent() throws Exception {
        TestNode leader = group.leader();
        TestGroup.get(leader.append("before"));
        assertThat(leader.log.quorumSilence().orElseThrow()).isLessThan(Duration.ofMillis(500));
        assertThat(group.others(leader).getFirst().log.quorumSilence()).isEmpty();
        group.isolate(leader.id, Wires.State.SILENT);
        Duration[] longest = {Duration.ZERO};
        eventually(
                PATIENCE,
                () -> {
                    leader.log.quorumSilence().ifPresent(silence -> longest[0] = silence);
                    assertThat(leader.log.leadership().self()).isFalse();
                });
        assertThat(longest[0]).isGreaterThan(Duration.ofMillis(200));
    }
}
