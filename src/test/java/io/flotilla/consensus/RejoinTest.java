package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.consensus.TestGroup.TestNode;
import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node whose log, vote and list of members are all gone.
class RejoinTest {
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

    private void wipe(NodeId node) throws IOException {
        try (Stream<Path> files = Files.walk(group.directory(node))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory.resolve("node-" + node + ".members"));
    }

    private TestNode loseOne() throws Exception {
        TestNode leader = group.leader();
        for (int i = 0; i < 20; i++) {
            TestGroup.get(leader.append("entry " + i));
        }
        NodeId lost = group.others(leader).getFirst().id;
        group.stop(lost);
        wipe(lost);
        return group.start(lost);
    }

    @Test
    void isTakenInAgainAndGetsAllEntries() throws Exception {
        TestNode back = loseOne();
        eventually(PATIENCE, () -> assertThat(back.machine.texts()).hasSize(20));
        assertThat(group.directory(back.id).resolve("vow")).exists();
    }

    @Test
    void votesAgainWhenItHasCaughtUp() throws Exception {
        TestNode back = loseOne();
        eventually(PATIENCE, () -> assertThat(back.machine.texts()).hasSize(20));
        group.kill(group.leader().id);
        TestNode next = TestGroup.leaderAmong(group.nodes());
        TestGroup.get(next.append("with two of three, one of them the one that was lost"));
        eventually(PATIENCE, () -> assertThat(back.machine.texts()).hasSize(21));
    }

    @Test
    void keepsItsVowWhenItIsStartedAgain() throws Exception {
        NodeId lost = loseOne().id;
        eventually(
                PATIENCE, () -> assertThat(group.node(lost.number()).machine.texts()).hasSize(20));
        group.stop(lost);
        TestNode again = group.start(lost);
        TestGroup.get(group.leader().append("after"));
        eventually(PATIENCE, () -> assertThat(again.machine.texts()).hasSize(21));
        assertThat(group.directory(lost).resolve("vow")).exists();
    }

    /// Those who took it in with its new log refuse the old one: it is older than what the node said since.
    @Test
    void isRefusedWithItsOldLogAfterwards() throws Exception {
        TestNode leader = group.leader();
        TestGroup.get(leader.append("before"));
        NodeId lost = group.others(leader).getFirst().id;
        group.stop(lost);
        Path old = directory.resolve("old");
        Files.move(group.directory(lost), old);
        Path members = directory.resolve("node-" + lost + ".members");
        Path oldMembers = directory.resolve("old.members");
        Files.move(members, oldMembers);
        TestNode back = group.start(lost);
        eventually(PATIENCE, () -> assertThat(back.machine.texts()).containsExactly("before"));
        group.stop(lost);
        wipe(lost);
        Files.move(old, group.directory(lost));
        Files.move(oldMembers, members);
        TestNode stale = group.start(lost);
        TestGroup.get(group.leader().append("after"));
        Thread.sleep(2_000);
        assertThat(stale.machine.texts()).doesNotContain("after");
    }

    @Test
    void aNewFleetVowsNothing() throws Exception {
        TestGroup.get(group.leader().append("first"));
        Thread.sleep(6_000);
        for (TestNode node : group.nodes()) {
            assertThat(group.directory(node.id).resolve("vow")).doesNotExist();
        }
    }
}
