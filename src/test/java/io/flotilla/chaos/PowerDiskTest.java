package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real one: where this machine allows none there is nothing to test.
final class PowerDiskTest {
    private static final long BYTES = 64 << 20;
    private static final Duration LONG = Duration.ofMillis(700);

    @TempDir private Path place;

    private PowerDisks disks;
    private PowerDisk disk;

    @BeforeEach
    void make() throws IOException {
        assumeThat(PowerDisk.obstacle()).isEmpty();
        Path own = Files.createDirectory(place.resolve("disks"));
        try {
            disks = PowerDisks.create(1, place.resolve("fleet"), own, BYTES, false);
        } catch (IllegalStateException forbidden) {
            assumeThat(forbidden).as("this machine forbids it").isNull();
        }
        disk = disks.of(1);
        // What was mounted just now is written once without being counted.
        write();
    }

    @AfterEach
    void takeAway() {
        if (disks != null) {
            disks.close();
        }
    }

    /// How long a write that is forced takes.
    private Duration write() throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        disk.mountPoint().resolve("file"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND)) {
            long began = System.nanoTime();
            file.write(ByteBuffer.wrap(new byte[100]));
            file.force(false);
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    @Test
    void aSlowOneTakesItsTimeForEachFlush() throws IOException {
        disk.slow(LONG);
        assertThat(write()).isGreaterThan(LONG);
        disk.slow(Duration.ZERO);
        assertThat(write()).isLessThan(LONG);
    }

    @Test
    void oneThatHangsAnswersAfterwards() throws IOException {
        disk.hang(LONG);
        assertThat(write()).isGreaterThan(LONG.minusMillis(100));
        assertThat(write()).isLessThan(LONG);
    }

    @Test
    void aFullOneHasRoomAgain() throws IOException {
        Path ballast = disk.mountPoint().resolve("ballast");
        FullDisk.take(disk.mountPoint(), ballast, 0);
        assertThat(Files.getFileStore(disk.mountPoint()).getUsableSpace()).isLessThan(1 << 20);
        DiskFaults.delete(ballast);
        assertThat(Files.getFileStore(disk.mountPoint()).getUsableSpace()).isGreaterThan(30 << 20);
    }
}
