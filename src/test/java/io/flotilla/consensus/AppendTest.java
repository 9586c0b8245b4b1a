package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.consensus.ReplicatedLog.NotAppendedException;
import io.flotilla.consensus.TestGroup.TestNode;
import io.flotilla.peer.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendTest {
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
    void givesEveryNodeTheSameEntriesInTheSameOrder() throws Exception {
        TestNode leader = group.leader();
        List<CompletableFuture<Long>> appends = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            appends.add(leader.append("entry " + i));
        }
        List<Long> indexes = new ArrayList<>();
        for (CompletableFuture<Long> append : appends) {
            indexes.add(TestGroup.get(append));
        }
        assertThat(indexes).isSorted().doesNotHaveDuplicates();
        for (TestNode node : group.nodes()) {
            eventually(PATIENCE, () -> assertThat(node.machine.entries()).hasSize(1_000));
            assertThat(node.machine.entries()).isEqualTo(leader.machine.entries());
            assertThat(node.deaths).isEmpty();
        }
    }

    /// As when its disk hangs in a vote, and its connections are given up meanwhile: the library would have waited 15 s.
    @Test
    void goesOnAtOnceWithANodeThatHeldUpAppendsWhileTheirConnectionEnded() throws Exception {
        TestNode leader = group.leader();
        TestNode held = group.others(leader).getFirst();
        TestGroup.get(leader.append("before"));
        Lock lock = NodeInsides.lock(held.insides().node());
        lock.lock();
        try {
            for (int i = 0; i < 20; i++) {
                TestGroup.get(leader.append("meanwhile " + i));
            }
            group.wires.cut(leader.id, held.id);
            for (int i = 0; i < 20; i++) {
                TestGroup.get(leader.append("after " + i));
            }
        } finally {
            lock.unlock();
        }
        eventually(Duration.ofSeconds(10), () -> assertThat(held.machine.entries()).hasSize(41));
    }

    @Test
    void completesOnlyAfterTheStateMachineHasTheEntry() throws Exception {
        TestNode leader = group.leader();
        for (int i = 0; i < 50; i++) {
            String text = "entry " + i;
            List<String> seen =
                    leader.append(text).thenApply(index -> leader.machine.texts()).get();
            assertThat(seen).contains(text);
        }
    }

    @Test
    void refusesAnEntryOfAnotherTerm() throws Exception {
        TestNode leader = group.leader();
        long term = leader.log.leadership().term();
        for (long other : new long[] {term + 1, Math.max(1, term - 1)}) {
            if (other != term) {
                assertNotAppended(leader.log.append(other, new byte[] {1}));
            }
        }
        TestGroup.get(leader.append("the right term"));
        assertThat(leader.machine.texts()).containsExactly("the right term");
    }

    @Test
    void refusesAnEntryOnAFollower() throws Exception {
        TestNode leader = group.leader();
        for (TestNode follower : group.others(leader)) {
            assertNotAppended(follower.log.append(leader.log.leadership().term(), new byte[] {1}));
        }
    }

    @Test
    void refusesAnEntryAfterItWasClosed() throws Exception {
        TestNode leader = group.leader();
        long term = leader.log.leadership().term();
        leader.log.close();
        assertNotAppended(leader.log.append(term, new byte[] {1}));
    }

    @Test
    void refusesAnEntryThatIsTooLong() throws Exception {
        TestNode leader = group.leader();
        byte[] tooLong = new byte[ConsensusConfig.DEFAULT_MAX_ENTRY_BYTES + 1];
        assertThatThrownBy(() -> leader.log.append(1, tooLong))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void carriesTheLongestEntriesToAll() throws Exception {
        byte[] longest = new byte[ConsensusConfig.DEFAULT_MAX_ENTRY_BYTES];
        // With code that is still cold a busy machine may lose its leader over the first.
        eventually(
                PATIENCE,
                () -> {
                    ReplicatedLog log = group.leader().log;
                    TestGroup.get(log.append(log.leadership().term(), longest));
                });
        for (TestNode node : group.nodes()) {
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(node.machine.entries())
                                    .anyMatch(entry -> entry.text().length() == longest.length));
        }
    }

    @Test
    void bringsANodeThatWasAwayUpToDateOverManyLongEntries() throws Exception {
        TestNode leader = group.leader();
        NodeId away = group.others(leader).getFirst().id;
        group.kill(away);
        byte[] entry = new byte[1 << 20];
        for (int i = 0; i < 40; i++) {
            TestGroup.get(leader.log.append(leader.log.leadership().term(), entry));
        }
        group.heal();
        TestNode back = group.start(away);
        eventually(PATIENCE, () -> assertThat(back.machine.entries()).hasSize(40));
    }

    /// The library says EPERM to both, "is not leader" and "stepped down with the entry in its log".
    @Test
    void reportsTheEntriesOfADeposedLeaderAsUnknown() throws Exception {
        TestNode deposed = group.leader();
        TestGroup.get(deposed.append("before"));
        group.isolate(deposed.id, Wires.State.SILENT);
        CompletableFuture<Long> cut = deposed.append("in the dark");

        assertThatThrownBy(() -> cut.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isNotInstanceOf(NotAppendedException.class)
                .hasMessageContaining("may be in the log");

        TestNode successor = TestGroup.leaderAmong(group.others(deposed));
        TestGroup.get(successor.append("in the light"));
        group.heal();
        eventually(
                PATIENCE,
                () ->
                        assertThat(deposed.machine.texts())
                                .containsExactly("before", "in the light"));
    }

    @Test
    void givesBackEveryCommittedEntryByItsIndex() throws Exception {
        TestNode leader = group.leader();
        long index = TestGroup.get(leader.append("read me"));
        for (TestNode node : group.nodes()) {
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(node.log.read(index))
                                    .hasValue("read me".getBytes(StandardCharsets.UTF_8)));
            assertThatThrownBy(() -> node.log.read(index + 1_000))
                    .isInstanceOf(ReplicatedLog.CompactedException.class);
        }
        assertThat(leader.log.read(leader.log.firstIndex()))
                .as("the library's own entry")
                .isEmpty();
    }

    private static void assertNotAppended(CompletableFuture<Long> append) {
        assertThatThrownBy(() -> append.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(NotAppendedException.class);
    }
}
