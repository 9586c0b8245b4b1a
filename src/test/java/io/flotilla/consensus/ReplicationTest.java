package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.consensus.TestGroup.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationTest {
    @TempDir
    private Path directory;

    @Test
    void givesEveryNodeTheSameEntriesInTheSameOrder() throws Exception {
        try (TestGroup group = TestGroup.started(directory, 3)) {
            TestNode leader = group.leader();
            List<CompletableFuture<Long>> appends = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                appends.add(leader.append("entry " + i));
            }
            for (CompletableFuture<Long> append : appends) {
                TestGroup.get(append);
            }
            for (TestNode node : group.nodes()) {
                eventually(PATIENCE, () -> assertThat(node.machine.entries()).hasSize(1_000));
                assertThat(node.machine.entries()).isEqualTo(leader.machine.entries());
                assertThat(node.deaths).isEmpty();
            }
        }
    }
}
