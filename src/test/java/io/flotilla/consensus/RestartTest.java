package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.consensus.TestGroup.TestNode;
import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {
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
    void givesAllEntriesAgainWhenAllNodesWereStopped() throws Exception {
        TestNode leader = group.leader();
        for (int i = 0; i < 30; i++) {
            TestGroup.get(leader.append("entry " + i));
        }
        List<String> before = leader.machine.texts();
        List<NodeId> all = group.nodes().stream().map(node -> node.id).toList();
        all.forEach(group::stop);
        all.forEach(group::start);
        TestGroup.get(group.leader().append("after"));
        for (TestNode node : group.nodes()) {
            eventually(
                    PATIENCE,
                    () -> assertThat(node.machine.texts()).hasSize(31).containsAll(before));
        }
    }

    @Test
    void refusesToStartWhenAFileOfLogOrVoteIsMissing() throws Exception {
        TestNode leader = group.leader();
        TestGroup.get(leader.append("before"));
        NodeId damaged = group.others(leader).getFirst().id;
        group.stop(damaged);
        List<Path> files;
        try (Stream<Path> listed = Files.list(group.directory(damaged))) {
            files = listed.filter(file -> !file.endsWith("lock")).toList();
        }
        assertThat(files).hasSizeGreaterThan(1);
        for (Path file : files) {
            Path aside = directory.resolve("aside");
            Files.move(file, aside);
            assertThatThrownBy(() -> group.start(damaged))
                    .as("without %s", file)
                    .hasCauseInstanceOf(IOException.class);
            Files.move(aside, file);
        }
        TestNode back = group.start(damaged);
        eventually(PATIENCE, () -> assertThat(back.machine.texts()).containsExactly("before"));
    }

    @Test
    void refusesToStartWhenItsWholeLogIsMissing() throws Exception {
        TestNode leader = group.leader();
        TestGroup.get(leader.append("before"));
        NodeId wiped = group.others(leader).getFirst().id;
        group.stop(wiped);
        delete(group.directory(wiped));
        assertThatThrownBy(() -> group.start(wiped)).hasMessageContaining("had a log");
    }

    /// Such a node and a stale one would be a majority that knows nothing of what was acknowledged.
    @Test
    void aNodeThatLostEverythingIsNotBelievedByTheOthers() throws Exception {
        TestNode leader = group.leader();
        TestNode stale = group.others(leader).getFirst();
        NodeId wiped = group.others(leader).getLast().id;
        TestGroup.get(leader.append("before"));
        group.kill(stale.id);
        TestGroup.get(leader.append("acknowledged"));
        group.kill(wiped);
        group.kill(leader.id);
        delete(group.directory(wiped));
        Files.delete(directory.resolve("node-" + wiped + ".members"));
        group.heal();
        TestNode back = group.start(stale.id);
        TestNode forgetful = group.start(wiped);
        // Ample time for an election, had they a majority between them.
        Thread.sleep(3_000);
        assertThat(back.log.leadership().leader()).isEmpty();
        assertThat(forgetful.log.leadership().leader()).isEmpty();

        group.start(leader.id);
        eventually(
                PATIENCE,
                () -> assertThat(back.machine.texts()).containsExactly("before", "acknowledged"));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
