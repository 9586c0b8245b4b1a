package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.consensus.TestGroup.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.consensus.TestGroup.TestNode;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskRoomTest {
    private static final long RESERVE = 400;

    @TempDir private Path directory;

    @Test
    void tellsTheRealDisk() {
        DiskRoom room = new DiskRoom(directory, 0);
        assertThat(room.usable()).isPositive().isLessThan(Long.MAX_VALUE);
        assertThat(room.isLow()).isFalse();
        assertThat(room.isExhausted()).isFalse();
        assertThat(new DiskRoom(directory, Long.MAX_VALUE / 2).isLow()).isTrue();
    }

    @Test
    void isLowUntilThereIsAQuarterMore() {
        AtomicLong usable = new AtomicLong(RESERVE);
        DiskRoom room = new DiskRoom(directory, RESERVE);
        assertThat(low(room, usable, RESERVE)).isFalse();
        assertThat(low(room, usable, RESERVE - 1)).isTrue();
        assertThat(low(room, usable, RESERVE + RESERVE / 4 - 1)).isTrue();
        assertThat(low(room, usable, RESERVE + RESERVE / 4)).isFalse();
        assertThat(low(room, usable, RESERVE)).isFalse();
        assertThat(room.isExhausted()).isFalse();
        usable.set(RESERVE / 4 - 1);
        room.believe(usable::get);
        assertThat(room.isExhausted()).isTrue();
    }

    @Test
    void countsTheRealFilesAndDescriptors() throws Exception {
        DiskRoom room = new DiskRoom(directory, RESERVE);
        // btrfs counts none
        assertThat(room.inodes()).isPositive();
        long before = room.descriptors();
        assertThat(before).isPositive().isLessThan(Long.MAX_VALUE);
        List<FileChannel> open = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            open.add(
                    FileChannel.open(
                            directory.resolve("f" + i),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE));
        }
        eventually(PATIENCE, () -> assertThat(room.descriptors()).isLessThanOrEqualTo(before - 40));
        for (FileChannel each : open) {
            each.close();
        }
        assertThat(room.isLow()).isFalse();
    }

    @Test
    void isLowWithoutFilesOrDescriptorsAndSaysWhichItIs() {
        DiskRoom room = new DiskRoom(directory, RESERVE);
        room.believeInodes(() -> 9);
        assertThat(room.isLow()).isTrue();
        assertThat(room.isExhausted()).isTrue();
        assertThat(room.says()).startsWith("9 more files (inodes) fit on the disk, less than ");
        room.believeInodes(() -> Long.MAX_VALUE);
        assertThat(room.isLow()).isFalse();
        room.believeDescriptors(() -> 7);
        assertThat(room.isLow()).isTrue();
        assertThat(room.says()).startsWith("the process may open 7 more descriptors, less than ");
    }

    private static boolean low(DiskRoom room, AtomicLong usable, long bytes) {
        usable.set(bytes);
        room.believe(usable::get);
        return room.isLow();
    }

    /// INVARIANT: a full disk costs a node its part in the majority and nothing else; it goes on where it was.
    @Test
    void aNodeWithoutTakesNothingUntilItHasSome() throws Exception {
        try (TestGroup group = TestGroup.started(directory, 3)) {
            TestNode leader = group.leader();
            TestNode full =
                    group.nodes().stream()
                            .filter(node -> !node.id.equals(leader.id))
                            .findFirst()
                            .orElseThrow();
            TestGroup.get(leader.append("before"));
            eventually(PATIENCE, () -> assertThat(full.machine.texts()).contains("before"));

            DiskRoom room = full.log.room();
            room.believe(() -> -1);
            for (int i = 0; i < 20; i++) {
                TestGroup.get(leader.append("meanwhile " + i));
            }
            assertThat(full.machine.texts()).doesNotContain("meanwhile 19");
            assertThat(full.deaths).isEmpty();

            room.believe(() -> Long.MAX_VALUE);
            TestGroup.get(leader.append("after"));
            eventually(PATIENCE, () -> assertThat(full.machine.texts()).contains("after"));
            assertThat(full.machine.texts()).isEqualTo(leader.machine.texts());
            assertThat(full.deaths).isEmpty();
        }
    }
}
