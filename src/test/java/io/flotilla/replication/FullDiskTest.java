package io.flotilla.replication;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.replication.NodesInOneJvm.PATIENCE;
import static io.flotilla.replication.NodesInOneJvm.count;
import static io.flotilla.replication.NodesInOneJvm.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that has met a full disk, a real one, sleeps for a minute however soon there is room again; its node does not
/// wait for that. Where this machine mounts nothing there is nothing to test.
@Tag("system")
final class FullDiskTest {
    private static final String SIZE = "700m";

    /// Well below the minute for which the server sleeps.
    private static final Duration SOON = Duration.ofSeconds(30);

    /// Longer than anything takes that does not sleep.
    private static final Duration STILL = Duration.ofSeconds(3);

    /// Takes no room but in the binlog, of whose last page a few of these are left.
    private static final String UPDATE = "UPDATE d.t SET a = a + 1";

    @TempDir private Path directory;

    private Path disk;
    private NodesInOneJvm fleet;
    private volatile boolean full;

    @BeforeEach
    void mount() throws Exception {
        disk = NodesInOneJvm.serverOf(directory, 1);
        Files.createDirectories(disk);
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "none", disk.toString()))
                .as("this machine mounts a disk of its own")
                .isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
        run("umount", disk.toString());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private Path ballast() {
        return disk.resolve("ballast");
    }

    private void fill() throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(1 << 16);
        try (FileChannel file =
                FileChannel.open(ballast(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                file.write(block.clear());
            }
        } catch (IOException noRoom) {
            assertThat(noRoom).hasMessageContaining("No space left");
        }
        full = true;
    }

    private void empty() throws IOException {
        Files.delete(ballast());
        full = false;
    }

    /// What this node's log believes of its disk, which is another one here.
    private void believes(Replication node) {
        node.room().believe(() -> full ? 0 : Long.MAX_VALUE);
    }

    @Test
    void aLeaderThatNobodyCanReplaceGoesOnSoonAfterThereIsRoom() throws Exception {
        fleet = new NodesInOneJvm(directory, 1);
        Replication node = fleet.leader();
        believes(node);
        write(node, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)", "INSERT INTO d.t VALUES (0)");

        try (Connection client = node.server().orElseThrow().getConnection()) {
            Updates updates = new Updates(client);
            Thread writer = Thread.ofVirtual().start(updates);
            fill();
            eventually(PATIENCE, () -> assertThat(updates.stands()).isGreaterThan(STILL));
            empty();

            eventually(SOON, () -> write(fleet.leader(), UPDATE));
            writer.join();
        }
        assertThat(count(fleet.leader(), "SELECT a FROM d.t")).isPositive();
    }

    /// Updates until its connection ends, and knows since when it stands still.
    private static final class Updates implements Runnable {
        private final Connection client;
        private volatile long last = System.nanoTime();

        Updates(Connection client) {
            this.client = client;
        }

        @Override
        public void run() {
            try (Statement statement = client.createStatement()) {
                while (true) {
                    update(statement);
                }
            } catch (SQLException e) {
                // What becomes of the last one is not known.
                last = System.nanoTime();
            }
        }

        private void update(Statement statement) throws SQLException {
            try {
                statement.execute(UPDATE);
            } catch (SQLException e) {
                if (client.isClosed() || !client.isValid(1)) {
                    throw e;
                }
            }
            last = System.nanoTime();
        }

        Duration stands() {
            return Duration.ofNanos(System.nanoTime() - last);
        }
    }
}
