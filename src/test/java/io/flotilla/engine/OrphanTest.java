package io.flotilla.engine;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No server outlives its node, and none is shared.
final class OrphanTest {
    @TempDir Path directory;

    @Test
    void diesWithItsJvm() throws Exception {
        Process node =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                NodeForOrphanTest.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            while (line != null && !line.startsWith("server ")) {
                line = said.readLine();
            }
            assertThat(line).isNotNull();
            long pid = Long.parseLong(String.valueOf(line).substring("server ".length()));
            assertThat(ProcessHandle.of(pid)).isPresent();

            node.destroyForcibly().waitFor();

            eventually(EngineFixture.PATIENCE, () -> assertThat(running(pid)).isFalse());
        } finally {
            node.destroyForcibly();
        }
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            assertThat(engine.lastRun().end()).isEqualTo(new RunRecord.Never());
            assertThat(engine.start().alive()).isTrue();
        }
    }

    @Test
    void isKilledWhenItWasLeftOver() throws Exception {
        EngineConfig config = EngineFixture.config(directory);
        EngineFiles files = new EngineFiles(config.directory());
        ServerBinaries binaries;
        try (Engine engine = Engine.open(config)) {
            binaries = engine.binaries();
        }
        Process leftover = startWithoutWatcher(config, files, binaries);
        eventually(
                EngineFixture.PATIENCE,
                () -> assertThat(LeftoverServer.find(files.data())).hasSize(1));

        try (Engine engine = Engine.open(config)) {
            assertThat(leftover.isAlive()).isFalse();
            assertThat(engine.start().alive()).isTrue();
        } finally {
            leftover.destroyForcibly();
        }
    }

    private static Process startWithoutWatcher(
            EngineConfig config, EngineFiles files, ServerBinaries binaries) throws IOException {
        Path init = Files.writeString(files.tmp().resolve("init.sql"), "SELECT 1;\n");
        List<String> command = new ArrayList<>();
        command.add(binaries.mariadbd().toString());
        command.addAll(ServerFlags.serving(config, files, files.tmp().resolve("s"), init));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void refusesADirectoryThatAnotherNodeUses() throws Exception {
        try (Engine engine = Engine.open(EngineFixture.config(directory))) {
            assertThat(engine.binaries().version()).isEqualTo(PackagedServer.VERSION);
            assertThatThrownBy(() -> Engine.open(EngineFixture.config(directory)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("Another Flotilla node");
        }
    }

    /// Also when nobody collects it (a container whose first process does not).
    private static boolean running(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        try {
            return !Files.readString(stat).contains(") Z");
        } catch (IOException e) {
            if (Files.exists(stat)) {
                throw e;
            }
            return false;
        }
    }
}
