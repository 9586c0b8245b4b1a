package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.Gtid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineLifeTest {
    @TempDir Path directory;

    @Test
    void startsFromNothingAndAgainAfterACleanStop() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Never());

            Server first = engine.start();
            assertThat(EngineFixture.column(first, "SELECT @@server_id"))
                    .containsExactly("4000000001");
            assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Never());
            first.replica().settle(Gtid.NONE);
            first.replica().recordFollowing();
            assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Following());
            ServerExit exit = first.stop();
            assertThat(exit.cause()).isEqualTo(ServerExit.Cause.STOPPED);
            assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Clean(Gtid.NONE));

            Server second = engine.start();
            assertThat(EngineFixture.column(second, "SELECT @@read_only")).containsExactly("1");
        }
    }

    @Test
    void startsAgainAfterAKill() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server first = engine.start();
            CompletableFuture<ServerExit> exit = new CompletableFuture<>();
            first.onExit(exit::complete);
            long pid = first.pid();

            ServerExit killed = first.kill();

            assertThat(ProcessHandle.of(pid)).isEmpty();
            assertThat(killed.cause()).isEqualTo(ServerExit.Cause.KILLED);
            assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(killed);
            Server second = engine.start();
            assertThat(EngineFixture.column(second, "SELECT 1")).isEqualTo(List.of("1"));
        }
    }

    /// `hg` among a mapping's flags (proc(5), smaps): it was asked for in large pages (docs/adr/0028).
    @Test
    void asksForItsMemoryInLargePages() throws Exception {
        Path mode = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        Assumptions.assumeTrue(
                Files.exists(mode) && Files.readString(mode).contains("[madvise]"),
                "this system gives large pages to all or to nobody");
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Path mappings = Path.of("/proc", Long.toString(engine.start().pid()), "smaps");

            assertThat(Files.readAllLines(mappings))
                    .anyMatch(line -> line.matches("VmFlags:.* hg( .*)?"));
        }
    }

    @Test
    void startsInADirectoryTooDeepForASocket() throws Exception {
        Path deep = directory.resolve("d".repeat(60)).resolve("e".repeat(60));
        Path socket;
        try (Engine engine = Engine.open(EngineFixture.config(deep))) {
            Server server = engine.start();
            socket = server.socket();

            assertThat(socket.toString()).hasSizeLessThan(108);
            assertThat(EngineFixture.column(server, "SELECT 1")).containsExactly("1");
        }
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void leavesNoPasswordBehind() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server server = engine.start();

            assertThat(server.socket().resolveSibling("init.sql")).doesNotExist();
            assertThat(server.httpAccount().toString())
                    .doesNotContain(server.httpAccount().password());
        }
    }

    @Test
    void isReadOnlyHoldsEveryCommitAndIsRelaxed() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            Server server = engine.start();

            assertThat(
                            EngineFixture.column(
                                    server,
                                    """
                                    SELECT CONCAT_WS(' ', @@read_only, @@rpl_semi_sync_master_enabled,
                                      @@rpl_semi_sync_master_wait_no_slave, @@rpl_semi_sync_master_wait_point,
                                      @@rpl_semi_sync_master_timeout, @@rpl_semi_sync_slave_enabled,
                                      @@sync_binlog, @@innodb_flush_log_at_trx_commit, @@gtid_strict_mode,
                                      @@log_slave_updates, @@event_scheduler, @@innodb_doublewrite,
                                      @@slave_connections_needed_for_purge, @@max_binlog_total_size,
                                      @@binlog_format, @@enforce_storage_engine, @@innodb_snapshot_isolation)
                                    """))
                    .containsExactly(
                            "ON ON ON AFTER_SYNC 18446744073709551615 ON %s ON OFF OFF ON 0 268435456 ROW InnoDB ON"
                                    .formatted(engine.namesSynchronous() ? "0 2" : "1 1"));
        }
    }

    /// tmpfs takes no 'chattr +D'.
    @Test
    void forcesItsOwnLogsWhereNamesAreNotSynchronous() throws Exception {
        Path memory = Path.of("/dev/shm");
        Assumptions.assumeTrue(Files.isWritable(memory), "there is no /dev/shm");
        Path place = Files.createTempDirectory(memory, "flotilla");
        try (Engine engine = Engine.open(EngineFixture.config(place.resolve("g0")))) {
            Assumptions.assumeFalse(engine.namesSynchronous(), "this tmpfs honours 'chattr +D'");
            Server server = engine.start();

            assertThat(
                            EngineFixture.column(
                                    server,
                                    "SELECT CONCAT_WS(' ', @@sync_binlog, @@innodb_flush_log_at_trx_commit)"))
                    .containsExactly("1 1");
        } finally {
            Disk.deleteTree(place);
        }
    }
}
