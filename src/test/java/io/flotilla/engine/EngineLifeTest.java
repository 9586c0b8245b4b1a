package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.Gtid;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineLifeTest {
    @TempDir Path directory;

    @Test
    void startsFromNothingAndAgainAfterACleanStop() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Never());

            Server first = engine.start();
            assertThat(EngineFixture.column(first, "SELECT @@server_id")).containsExactly("4000000001");
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
}
