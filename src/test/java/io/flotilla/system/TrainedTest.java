package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Training;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The cache that is made behind a build, and a JVM with the flags of a node.
@Tag("system")
final class TrainedTest {
    private static final Path APPLICATION =
            Path.of(System.getProperty("flotilla.application", "target/app/flotilla.jar"))
                    .toAbsolutePath();

    /// With `AOTMode=on` a JVM that cannot use the cache does not start.
    @Test
    void aNodesJvmTakesTheCacheAndWhatItKnowsOfHotMethods()
            throws IOException, InterruptedException {
        FleetUnderTest.train();
        Path cache = Training.cacheOf(APPLICATION).orElseThrow();

        Process jvm =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "@" + APPLICATION.resolveSibling("node.jvm"),
                                        "-XX:AOTCache=" + cache,
                                        "-XX:AOTMode=on",
                                        "-XX:+UnlockDiagnosticVMOptions",
                                        "-XX:+AOTPrintTrainingInfo",
                                        "-cp",
                                        APPLICATION.toString(),
                                        "io.flotilla.Main",
                                        "version"))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

        assertThat(jvm.waitFor()).as(said.lines().limit(20).toList().toString()).isZero();
        // Compiled in the run that was recorded, from what was seen of it (L3, L4): log and feed,
        // both kinds of doors.
        assertThat(said.lines().filter(line -> line.matches("  C io/flotilla/.*L[34] .*")))
                .anyMatch(line -> line.contains("io/flotilla/binlog/"))
                .anyMatch(line -> line.contains("io/flotilla/door/"))
                .anyMatch(line -> line.contains("io/flotilla/http/"));
    }
}
