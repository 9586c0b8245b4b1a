package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.PeerId;
import io.flotilla.consensus.TestGroup.TestNode;
import io.flotilla.consensus.rpc.PeerNames;
import io.flotilla.peer.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommitNoticeTest {
    /// Heartbeats of a slow group are 6 s apart: without a notice some of these entries would come later than this.
    private static final Duration BEFORE_A_HEARTBEAT = Duration.ofSeconds(4);

    @TempDir private Path directory;

    private final ScheduledThreadPoolExecutor alarms = new ScheduledThreadPoolExecutor(1);
    private final PretendedFollowers followers = new PretendedFollowers();
    private final CommitNotice notice =
            new CommitNotice(followers, alarms, Runnable::run, Duration.ofMillis(100));

    private static final class PretendedFollowers implements CommitNotice.Followers {
        private final AtomicInteger told = new AtomicInteger();
        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean followed;
        private volatile int holdsAfter;

        @Override
        public long committed() {
            return 7;
        }

        @Override
        public boolean followed() {
            return followed;
        }

        @Override
        public Set<PeerId> all() {
            return Set.of(PeerNames.peerId(new NodeId(2)));
        }

        @Override
        public boolean tell(PeerId follower, long committed) {
            boolean holds = asked.incrementAndGet() > holdsAfter && committed == 7;
            told.addAndGet(holds ? 1 : 0);
            return holds;
        }
    }

    @AfterEach
    void stop() {
        alarms.shutdownNow();
    }

    @Test
    void isGivenOnceForWhatIsCommittedTogether() throws Exception {
        for (int i = 0; i < 1000; i++) {
            notice.committed();
        }
        eventually(PATIENCE, () -> assertThat(followers.told).hasPositiveValue());
        int first = followers.told.get();
        assertThat(first).isLessThan(1000);

        notice.committed();

        eventually(PATIENCE, () -> assertThat(followers.told).hasValueGreaterThan(first));
    }

    @Test
    void isNotGivenWhenWhatFollowsTells() throws Exception {
        followers.followed = true;
        notice.committed();
        eventually(PATIENCE, () -> assertThat(alarms.getCompletedTaskCount()).isPositive());
        assertThat(followers.told).hasValue(0);
    }

    /// A heartbeat tells a follower no more than it is known to hold.
    @Test
    void waitsForAFollowerThatHasNotAnswered() throws Exception {
        followers.holdsAfter = 3;
        notice.committed();
        eventually(PATIENCE, () -> assertThat(followers.told).hasValue(1));
        assertThat(followers.asked).hasValue(4);
    }

    @Test
    void givesAFollowerUpThatDoesNotAnswer() throws Exception {
        followers.holdsAfter = Integer.MAX_VALUE;
        notice.committed();
        eventually(PATIENCE, () -> assertThat(followers.asked).hasPositiveValue());
        eventually(
                PATIENCE,
                () -> {
                    assertThat(alarms.getActiveCount()).isZero();
                    assertThat(alarms.getQueue()).isEmpty();
                });
        assertThat(followers.told).hasValue(0);
    }

    @Test
    void reachesFollowers() throws Exception {
        try (TestGroup group = TestGroup.slow(directory, 3)) {
            TestNode leader = group.leader();
            // Whom the leader could not reach yet when it was elected, it tries again with a
            // heartbeat.
            reaches(group, leader, 1, PATIENCE);
            for (int count = 2; count <= 200; count++) {
                reaches(group, leader, count, BEFORE_A_HEARTBEAT);
            }
        }
    }

    private static void reaches(TestGroup group, TestNode leader, int count, Duration within)
            throws Exception {
        TestGroup.get(leader.append("entry " + count));
        for (TestNode node : group.nodes()) {
            eventually(within, () -> assertThat(node.machine.entries()).hasSize(count));
        }
    }
}
