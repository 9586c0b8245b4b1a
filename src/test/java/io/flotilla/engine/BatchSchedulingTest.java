package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchSchedulingTest {
    private static final String SCHED_BATCH = "3";

    @Test
    void holdsForAllThreadsAndWhatTheyStart() throws Exception {
        List<String> said = say(List.of());

        assertThat(said).hasSizeGreaterThan(5);
        assertThat(said).allSatisfy(line -> assertThat(line).endsWith(" " + SCHED_BATCH));
        assertThat(said).contains("later " + SCHED_BATCH, "child " + SCHED_BATCH);
    }

    @Test
    void leavesAPolicyThatSomebodyHasChosen() throws Exception {
        List<String> said = say(List.of("chrt", "--idle", "0"));

        assertThat(said).isNotEmpty();
        assertThat(said).noneSatisfy(line -> assertThat(line).endsWith(" " + SCHED_BATCH));
    }

    /// @param starter what starts the process
    private static List<String> say(List<String> starter) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(starter);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProcessForBatchSchedulingTest.class.getName()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said.lines().toList();
    }
}
