package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SchedulingTest {
    private static final String SCHED_OTHER = "0";
    private static final String SCHED_BATCH = "3";
    private static final String SCHED_IDLE = "5";

    @Test
    void holdsForAllThreadsAndWhatTheyHaveStartedOrStart() throws Exception {
        List<String> said = say(List.of());

        assertThat(said).hasSizeGreaterThan(10);
        assertThat(said)
                .allSatisfy(line ->
                        assertThat(line)
                                .matches("batch .* " + SCHED_BATCH + "|usual .* " + SCHED_OTHER));
        assertThat(said)
                .contains(
                        "batch later " + SCHED_BATCH,
                        "batch child-before " + SCHED_BATCH,
                        "batch child " + SCHED_BATCH,
                        "usual child-before " + SCHED_OTHER);
    }

    @Test
    void leavesAPolicyThatSomebodyHasChosen() throws Exception {
        assertThat(say(List.of("chrt", "--idle", "0"))).containsExactly("chosen " + SCHED_IDLE);
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
                        ProcessForSchedulingTest.class.getName()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said.lines().toList();
    }
}
