package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RunRecordTest {
    @TempDir Path directory;

    static Stream<RunRecord.End> ends() {
        return Stream.of(
                new RunRecord.Never(),
                new RunRecord.Clean(Gtid.NONE),
                new RunRecord.Clean(new Gtid(0, 7, 42)),
                new RunRecord.Following(),
                new RunRecord.Received(new Gtid(0, 7, 42)),
                new RunRecord.Leading(8, 13, new Gtid(0, 7, 42)));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void comesBackAsItWasWritten(RunRecord.End end) {
        RunRecord record = new RunRecord("boot", 12, end);

        record.write(directory.resolve("last-run"));

        assertThat(RunRecord.read(directory.resolve("last-run"))).contains(record);
    }

    @Test
    void isEmptyWhenThereIsNone() {
        assertThat(RunRecord.read(directory.resolve("last-run"))).isEmpty();
    }

    @Test
    void refusesADamagedRecord() throws Exception {
        Path file = directory.resolve("last-run");
        new RunRecord("boot", 12, new RunRecord.Following()).write(file);
        Files.writeString(file, Files.readString(file).replace("=12", "=11"));

        assertThatThrownBy(() -> RunRecord.read(file))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void knowsWhetherTheMachineWasStartedAnew() {
        assertThat(RunRecord.never().inThisBoot().sameBoot()).isTrue();
        assertThat(new RunRecord("another", 0, new RunRecord.Following()).sameBoot()).isFalse();
    }

    @Test
    void givesEachReignABinlogNumberAboveAllBefore() {
        RunLedger ledger = ledger();
        ledger.seen(41);

        assertThat(ledger.nextBinlog(7)).isEqualTo(42);
        assertThat(ledger.nextBinlog(50)).isEqualTo(51);

        ledger.leading(3, 60, Gtid.NONE);
        ledger.seen(5);
        assertThat(ledger.nextBinlog(0)).isEqualTo(61);
    }

    @Test
    void refusesWhenTheNumbersAreUsedUp() {
        RunLedger ledger = ledger();

        assertThatThrownBy(() -> ledger.nextBinlog(RunLedger.HIGHEST_BINLOG))
                .isInstanceOf(EngineException.class);
    }

    @Test
    void refusesADirectoryWithoutARecord() {
        RunLedger ledger = new RunLedger(directory.resolve("last-run"));

        assertThatThrownBy(ledger::read)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("missing");
    }

    private RunLedger ledger() {
        RunRecord.never().write(directory.resolve("last-run"));
        return new RunLedger(directory.resolve("last-run"));
    }
}
