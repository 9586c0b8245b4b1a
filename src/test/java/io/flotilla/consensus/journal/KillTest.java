package io.flotilla.consensus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that appends, again and again: what it said was appended is there.
@Tag("system")
class KillTest {
    private static final int KILLS = Integer.getInteger("flotilla.kills", 15);

    @TempDir Path temp;

    @Test
    void keepsWhatWasAcknowledgedWhenTheProcessIsKilled() throws Exception {
        Path dir = temp.resolve("log");
        LogDirectory.create(dir, 1, Appender.settings());
        try (LogDirectory made = LogDirectory.open(dir, Appender.settings(), Sample.NO_FAILURE)) {
            made.vote().save(5, "me");
        }
        Random random = new Random(7);
        long least = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            least = runAndKill(dir, kill, 1 + random.nextInt(400), least);
            try (LogDirectory found =
                    LogDirectory.open(dir, Appender.settings(), Sample.NO_FAILURE)) {
                Journal journal = found.journal();
                assertThat(journal.lastIndex()).as("kill %d", kill).isGreaterThanOrEqualTo(least);
                for (JournalRecord record : Sample.all(journal)) {
                    assertThat(Sample.same(record, Sample.record(record.index(), 1))).isTrue();
                }
                least = journal.lastIndex();
            }
        }
    }

    /// Lets it acknowledge a number of appends, kills it, reads the rest of what it said.
    private static long runAndKill(Path dir, int seed, int appends, long before) throws Exception {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Appender.class.getName(),
                                        dir.toString(),
                                        Integer.toString(seed)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return follow(process, said, appends, before);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static long follow(Process process, BufferedReader said, int appends, long before)
            throws IOException {
        long least = before;
        int seen = 0;
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.matches("[act]\\d+")) {
                least = Long.parseLong(line.substring(1));
            }
            if (++seen == appends) {
                process.toHandle().destroyForcibly(); // leaves what it said readable
            }
        }
        assertThat(seen).isGreaterThanOrEqualTo(appends);
        return least;
    }
}
