package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.consensus.TestGroup.TestNode;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupThreadsTest {
    private static final int ENTRIES = 200;

    /// Fails when a new version of the library tells its replicators of entries in another way.
    @Test
    void leavesAnEntryToWhoAppendedIt(@TempDir Path directory) throws Exception {
        try (TestGroup group = TestGroup.started(directory, 3)) {
            TestNode leader = group.leader();
            TestGroup.get(leader.append("first"));
            GroupThreads pool = RaftThreads.ofGroup(leader.insides().raftGroup());
            long before = pool.sent();

            for (int i = 0; i < ENTRIES; i++) {
                TestGroup.get(leader.append("entry " + i));
            }

            // Two for each, but for a follower that is still being sent the one before.
            assertThat(pool.sent() - before).isPositive();
            for (TestNode node : group.nodes()) {
                eventually(PATIENCE, () -> assertThat(node.machine.entries()).hasSize(ENTRIES + 1));
                assertThat(node.machine.entries()).isEqualTo(leader.machine.entries());
            }
        }
    }

    /// Of what the appending thread gives it: what waits for a lock that this thread holds, as the end of an entry might.
    @Test
    void runsWhateverElseOnThreadsOfItsOwn() throws Exception {
        CompletableFuture<String> ran = new CompletableFuture<>();
        try (GroupThreads pool =
                new GroupThreads(1, "pool-", new ThreadPoolExecutor.AbortPolicy())) {
            Thread appending =
                    Thread.ofPlatform()
                            .name(GroupThreads.APPENDING + 0)
                            .start(() ->
                                    pool.submit(() -> {
                                        ran.complete(Thread.currentThread().getName());
                                    }));
            appending.join();
            assertThat(ran.get(20, TimeUnit.SECONDS)).startsWith("pool-");
        }
    }
}
