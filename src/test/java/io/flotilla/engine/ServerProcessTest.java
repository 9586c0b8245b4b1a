package io.flotilla.engine;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With programs that stand for a server.
final class ServerProcessTest {
    @TempDir Path directory;

    private ServerProcess run(String script) {
        return ServerProcess.start(
                Path.of("/bin/sh"), List.of("-c", script), directory, log(1 << 20, 2));
    }

    private ServerLog log(long bytes, int files) {
        return new ServerLog(directory.resolve("mariadbd.log"), bytes, files);
    }

    @Test
    void isKilledAtOnceWhenItSaysThatItGoesOnWithoutItsBinlog() {
        ServerProcess server =
                run(
                        "echo '2026-01-01 [ERROR] Could not use bin for logging (error 28)."
                                + " Turning logging off for the whole duration of the MariaDB server process.';"
                                + " exec sleep 600");

        ServerExit exit = server.exit().orTimeout(30, TimeUnit.SECONDS).join();

        assertThat(exit.cause()).isEqualTo(ServerExit.Cause.BINLOG_LOST);
        assertThat(exit.code()).isEqualTo(128 + 9);
    }

    /// It could not be heard giving its binlog up.
    @Test
    void isKilledWhenItIsHeardNoMore() {
        ServerProcess server = run("exec >/dev/null 2>&1; exec sleep 600");

        ServerExit exit = server.exit().orTimeout(30, TimeUnit.SECONDS).join();

        assertThat(exit.code()).isEqualTo(128 + 9);
    }

    @Test
    void countsHowOftenItSaysThatItWaitsForRoom() throws Exception {
        String wait =
                "echo \"[Warning] mariadbd: Disk is full writing './bin.000001' (Errcode: 28). Waiting for someone to"
                        + " free space... (Expect up to 60 secs delay for server to continue after freeing disk space)\";";
        ServerProcess server =
                run(wait + wait + "echo 'mariadbd: ready for connections.'; exec sleep 600");

        server.awaitReady(Duration.ofSeconds(30));

        assertThat(server.waitsForRoom()).isEqualTo(2);
        server.kill();
    }

    @Test
    void isReadyWhenItSaysSo() throws Exception {
        ServerProcess server = run("echo 'mariadbd: ready for connections.'; exec sleep 600");

        server.awaitReady(Duration.ofSeconds(30));

        assertThat(server.alive()).isTrue();
        assertThat(server.stop(Duration.ofSeconds(30)).cause()).isEqualTo(ServerExit.Cause.STOPPED);
    }

    @Test
    void saysWhatTheServerSaidWhenItEndsInsteadOfStarting() {
        ServerProcess server = run("echo '[ERROR] no space'; exit 7");

        assertThatThrownBy(() -> server.awaitReady(Duration.ofSeconds(30)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("code 7")
                .hasMessageContaining("no space");
    }

    @Test
    void isKilledWhenItIsNotReadyInTime() {
        ServerProcess server = run("echo 'still at it'; exec sleep 600");

        assertThatThrownBy(() -> server.awaitReady(Duration.ofMillis(200)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("was killed");
        assertThat(server.alive()).isFalse();
    }

    @Test
    void isKilledWhenItDoesNotStopInTime() throws Exception {
        ServerProcess server =
                run("trap '' TERM; echo 'ready for connections'; while :; do sleep 1; done");
        server.awaitReady(Duration.ofSeconds(30));

        assertThat(server.stop(Duration.ofMillis(200)).cause()).isEqualTo(ServerExit.Cause.KILLED);
    }

    @Test
    void isNotReachedByAnInterruptOfTheTerminal() throws Exception {
        ServerProcess server = run("echo 'ready for connections'; exec sleep 600");
        server.awaitReady(Duration.ofSeconds(30));

        String own = Files.readString(Path.of("/proc/self/stat"));
        String its = Files.readString(Path.of("/proc/" + server.pid() + "/stat"));
        assertThat(session(its)).isNotEqualTo(session(own));

        server.kill();
    }

    @Test
    void leavesNoWatcherBehind() throws Exception {
        ServerProcess server = run("echo 'ready for connections'; exec sleep 600");
        server.awaitReady(Duration.ofSeconds(30));
        List<ProcessHandle> children =
                ProcessHandle.of(server.pid()).orElseThrow().children().toList();
        assertThat(children).isNotEmpty();

        server.kill();

        eventually(
                EngineFixture.PATIENCE,
                () ->
                        assertThat(children)
                                .filteredOn(child -> isShell(child))
                                .noneMatch(ProcessHandle::isAlive));
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean isShell(ProcessHandle process) {
        return process.info().command().map(command -> !command.endsWith("sleep")).orElse(false);
    }

    private static String session(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
    }

    @Test
    void putsItsMessagesAsideBySize() throws Exception {
        try (ServerLog log = log(20, 3)) {
            for (int i = 1; i <= 6; i++) {
                log.line("line number " + i);
            }
        }

        assertThat(Files.readString(directory.resolve("mariadbd.log")))
                .isEqualTo("line number 6\n");
        assertThat(Files.readString(directory.resolve("mariadbd.log.1")))
                .isEqualTo("line number 5\n");
        assertThat(Files.readString(directory.resolve("mariadbd.log.2")))
                .isEqualTo("line number 4\n");
        assertThat(directory.resolve("mariadbd.log.3")).doesNotExist();
    }
}
