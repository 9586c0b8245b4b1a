package io.flotilla.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFileTest {
    @TempDir private Path root;
    private final List<Process> started = new ArrayList<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly();
            assertThat(process.waitFor(10, SECONDS)).isTrue();
        }
    }

    private FleetDirectory directory() {
        return new FleetDirectory(root);
    }

    private RecordedProcess start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return RecordedProcess.of(process.pid()).orElseThrow();
    }

    /// A process that looks like node `number`: its command line names the node's configuration.
    private RecordedProcess startNode(int number) throws IOException {
        return start("sh", "-c", "read line", directory().nodeFile(number).toString());
    }

    private Progress progress() {
        return new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false);
    }

    @Test
    void knowsNobodyBeforeTheFirstStart() {
        assertThat(new ProcessFile(directory()).running()).isEmpty();
    }

    @Test
    void knowsWhichNodesRun() throws IOException {
        ProcessFile file = new ProcessFile(directory());
        RecordedProcess one = startNode(1);
        RecordedProcess two = startNode(2);
        file.write(
                Map.of(
                        1,
                        one,
                        2,
                        new RecordedProcess(two.pid(), two.startTicks() + 1, two.bootId())));

        assertThat(file.running()).isEqualTo(Map.of(1, one));
    }

    @Test
    void mistakesNoOtherProgramForANode() throws IOException {
        ProcessFile file = new ProcessFile(directory());
        file.write(Map.of(1, start("sleep", "60")));

        assertThat(file.running()).isEmpty();
    }

    @Test
    void stopsTheNodesThatRun() throws Exception {
        ProcessFile file = new ProcessFile(directory());
        file.write(Map.of(1, startNode(1), 2, startNode(2)));

        boolean byThemselves = new FleetStop(file, progress()).stop(file.running());

        assertThat(byThemselves).isTrue();
        assertThat(file.running()).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("node 1 has stopped", "node 2 has stopped");
    }
}
