package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import io.flotilla.consensus.TestGroup.TestNode;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the library logs and forgets must end the process.
class FatalTest {
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
    void anExceptionWhileApplyingHaltsAndNothingMoreIsApplied() throws Exception {
        TestNode leader = group.leader();
        TestNode broken = group.others(leader).getFirst();
        broken.machine.onEntry =
                entry -> {
                    if (entry.text().equals("poison")) {
                        throw new AssertionError("cannot apply");
                    }
                };
        TestGroup.get(leader.append("good"));
        TestGroup.get(leader.append("poison"));
        TestGroup.get(leader.append("never"));
        eventually(PATIENCE, () -> assertThat(broken.deaths).isNotEmpty());
        assertThat(broken.deaths.getFirst()).hasMessage("cannot apply");
        assertThat(broken.machine.texts()).containsExactly("good");
    }

    @Test
    void anExceptionWhilePromotingHalts() throws Exception {
        TestNode leader = group.leader();
        for (TestNode follower : group.others(leader)) {
            follower.machine.onLeading =
                    () -> {
                        throw new IllegalStateException("cannot lead");
                    };
        }
        leader.log.handOver(java.util.Optional.empty()).get();
        eventually(
                PATIENCE,
                () ->
                        assertThat(group.others(leader))
                                .anySatisfy(node ->
                                        assertThat(node.deaths)
                                                .anyMatch(death ->
                                                        "cannot lead".equals(death.getMessage()))));
    }

    /// One refused task ends replication for ever (sofa-jraft issues 1271 and 1272): the pool must not refuse any.
    @Test
    void aBusyPoolRefusesNothing() throws Exception {
        TestNode leader = group.leader();
        CountDownLatch over = new CountDownLatch(1);
        String raftGroup = leader.insides().raftGroup();
        for (int i = 0; i < 2_000; i++) {
            ThreadPoolsFactory.runInThread(raftGroup, () -> await(over));
        }
        over.countDown();
        for (int i = 0; i < 20; i++) {
            TestGroup.get(leader.append("entry " + i));
        }
        for (TestNode node : group.nodes()) {
            eventually(PATIENCE, () -> assertThat(node.machine.entries()).hasSize(20));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
