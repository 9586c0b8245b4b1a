package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The base a node keeps, with files that no server has written.
final class KeptBaseTest {
    @TempDir private Path directory;

    private EngineFiles files;
    private KeptBase base;

    @BeforeEach
    void make() {
        files = new EngineFiles(directory);
        base = new KeptBase(files);
    }

    private Replacement copy(long seq) throws IOException {
        Replacement next = base.begin();
        Files.createDirectories(next.data().resolve("app"));
        Files.writeString(next.data().resolve("app/t.ibd"), "rows up to " + seq);
        next.complete(new Gtid(0, 7, seq), seq);
        return next;
    }

    @Test
    void isNotThereBeforeTheFirstOne() throws IOException {
        assertThat(base.position()).isEmpty();
        assertThat(base.bytes()).isZero();
        base.recover();
        assertThat(base.position()).isEmpty();
    }

    @Test
    void isReplacedByTheNextOne() throws IOException {
        base.put(copy(10));
        base.put(copy(20));
        assertThat(base.position()).contains(new Gtid(0, 7, 20));
        assertThat(directory).isDirectoryNotContaining("glob:**/base.{old,new}");
    }

    @Test
    void isTheFormerOneWhenACrashCameBetween() throws IOException {
        base.put(copy(10));
        copy(20);
        Files.move(directory.resolve("base"), directory.resolve("base.old"));
        base.recover();
        assertThat(base.position()).contains(new Gtid(0, 7, 10));
        assertThat(directory).isDirectoryNotContaining("glob:**/base.{old,new}");
    }

    @Test
    void isNeverHalfACopy() throws IOException {
        base.put(copy(10));
        Replacement half = base.begin();
        Files.writeString(half.data().resolve("t.ibd"), "half");
        assertThatThrownBy(() -> base.put(half)).isInstanceOf(IllegalStateException.class);
        assertThat(base.position()).contains(new Gtid(0, 7, 10));
    }

    @Test
    void isCopiedToWhereAServerTakesItOverAndStays() throws IOException {
        base.put(copy(10));
        Replacement into = Replacement.begin(files, files.arriving());
        base.copyInto(into);
        into.install();
        assertThat(Files.readString(files.data().resolve("app/t.ibd"))).isEqualTo("rows up to 10");
        assertThat(RunRecord.read(files.lastRun()).orElseThrow().end())
                .isEqualTo(new RunRecord.Received(new Gtid(0, 7, 10)));
        assertThat(base.position()).contains(new Gtid(0, 7, 10));
    }

    @Test
    void isOfNoUseWithADamagedRecord() throws IOException {
        base.put(copy(10));
        Files.writeString(directory.resolve("base/last-run"), "end=received\n");
        assertThat(base.position()).isEmpty();
    }

    @Test
    void leavesOutWhatAServerMakesAnew() {
        for (String name :
                new String[] {
                    "bin.000012",
                    "bin.index",
                    "relay.000001",
                    "relay-log.info",
                    "master.info",
                    "ibtmp1",
                    "ddl_recovery.log",
                    "ddl.log",
                    "vm.pid"
                }) {
            assertThat(DataFiles.isData(Path.of(name))).as(name).isFalse();
        }
        for (String name :
                new String[] {
                    "ibdata1",
                    "ib_logfile0",
                    "undo001",
                    "aria_log_control",
                    "aria_log.00000001",
                    "app/bin.frm",
                    "app/db.opt",
                    "mysql/global_priv.MAD"
                }) {
            assertThat(DataFiles.isData(Path.of(name))).as(name).isTrue();
        }
    }
}
