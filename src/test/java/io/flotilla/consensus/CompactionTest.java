package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.consensus.ReplicatedLog.CompactedException;
import io.flotilla.consensus.TestGroup.TestNode;
import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log whose front is given up: restarts, and nodes that lack what is gone.
class CompactionTest {
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

    private long append(int from, int to) throws Exception {
        long last = 0;
        for (int i = from; i < to; i++) {
            last = TestGroup.get(group.leader().append("entry " + i));
        }
        return last;
    }

    private static void compact(TestNode node, long index) throws IOException {
        node.log.compact(index, ("up to " + index).getBytes(StandardCharsets.UTF_8));
    }

    private static void awaitApplied(TestNode node, long index) throws Exception {
        eventually(
                PATIENCE,
                () -> {
                    List<RecordingMachine.Entry> entries = node.machine.entries();
                    assertThat(entries).isNotEmpty();
                    assertThat(entries.getLast().index()).isGreaterThanOrEqualTo(index);
                });
    }

    @Test
    void aRestartBeginsBehindWhatWasGivenUp() throws Exception {
        long middle = append(0, 20);
        long last = append(20, 30);
        for (TestNode node : group.nodes()) {
            awaitApplied(node, last);
            compact(node, middle);
            assertThat(node.log.firstIndex()).isEqualTo(middle + 1);
        }
        List<NodeId> all = group.nodes().stream().map(node -> node.id).toList();
        all.forEach(group::stop);
        all.forEach(group::start);
        long after = append(30, 31);
        for (TestNode node : group.nodes()) {
            awaitApplied(node, after);
            assertThat(node.machine.events().getFirst())
                    .isEqualTo("restored %d up to %d".formatted(middle, middle));
            assertThat(node.machine.texts())
                    .hasSize(11)
                    .startsWith("entry 20")
                    .endsWith("entry 30");
            assertThat(node.log.read(middle + 1)).isPresent();
            assertThatThrownBy(() -> node.log.read(middle)).isInstanceOf(CompactedException.class);
            assertThat(node.deaths).isEmpty();
        }
    }

    @Test
    void aNodeThatLacksWhatIsGoneGoesOnBehindIt() throws Exception {
        TestNode leader = group.leader();
        append(0, 5);
        NodeId behind = group.others(leader).getFirst().id;
        group.stop(behind);
        long middle = append(5, 20);
        long last = append(20, 30);
        for (TestNode node : group.nodes()) {
            awaitApplied(node, last);
            compact(node, middle);
        }
        TestNode back = group.start(behind);
        awaitApplied(back, last);
        assertThat(back.machine.events())
                .contains("restored %d up to %d".formatted(middle, middle));
        assertThat(back.machine.texts()).hasSize(10).startsWith("entry 20");
        assertThat(back.log.firstIndex()).isEqualTo(middle + 1);

        group.stop(behind);
        TestNode again = group.start(behind);
        long after = append(30, 31);
        awaitApplied(again, after);
        assertThat(again.machine.texts()).hasSize(11).startsWith("entry 20");
        for (TestNode node : group.nodes()) {
            assertThat(node.deaths).isEmpty();
        }
    }

    @Test
    void aNodeThatGoesOnBehindItMayLead() throws Exception {
        TestNode leader = group.leader();
        append(0, 5);
        NodeId behind = group.others(leader).getFirst().id;
        group.stop(behind);
        long last = append(5, 20);
        for (TestNode node : group.nodes()) {
            awaitApplied(node, last);
            compact(node, last);
        }
        TestNode back = group.start(behind);
        long after = append(20, 21);
        awaitApplied(back, after);
        NodeId third =
                group.nodes().stream()
                        .map(node -> node.id)
                        .filter(id -> !id.equals(behind) && !id.equals(leader.id))
                        .findFirst()
                        .orElseThrow();
        group.kill(leader.id);
        TestGroup.leaderAmong(group.nodes());
        long more = append(21, 22);
        awaitApplied(group.node(third.number()), more);
        awaitApplied(back, more);
    }

    @Test
    void aLaterBaseReplacesAnEarlierOneAndNoneGoesBack() throws Exception {
        long early = append(0, 10);
        long late = append(10, 20);
        TestNode leader = group.leader();
        compact(leader, early);
        compact(leader, late);
        compact(leader, early);
        assertThat(leader.log.firstIndex()).isEqualTo(late + 1);
        assertThatThrownBy(() -> compact(leader, late + 100))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesToStartWithoutItsBaseOrWithADamagedOne() throws Exception {
        long last = append(0, 10);
        TestNode node = group.others(group.leader()).getFirst();
        awaitApplied(node, last);
        compact(node, last);
        NodeId id = node.id;
        group.stop(id);
        Path base = group.directory(id).resolve("base");
        byte[] good = Files.readAllBytes(base);
        Files.delete(base);
        assertThatThrownBy(() -> group.start(id)).hasMessageContaining("missing");
        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 1;
        Files.write(base, bad);
        assertThatThrownBy(() -> group.start(id)).hasMessageContaining("damaged");
        Files.write(base, good);
        assertThat(group.start(id).log.firstIndex()).isEqualTo(last + 1);
    }

    /// The base is written before anything is cut off: a crash in between must not matter.
    @Test
    void aCrashBehindTheWritingOfABaseIsHarmless() throws Exception {
        long last = append(0, 10);
        TestNode node = group.others(group.leader()).getFirst();
        awaitApplied(node, last);
        Path place = group.directory(node.id);
        byte[] bounds = Files.readAllBytes(place.resolve("bounds"));
        compact(node, last - 3);
        group.stop(node.id);
        Files.write(place.resolve("bounds"), bounds);
        TestNode back = group.start(node.id);
        long after = append(10, 11);
        awaitApplied(back, after);
        assertThat(back.machine.texts()).hasSize(4);
        assertThat(back.deaths).isEmpty();
    }
}
