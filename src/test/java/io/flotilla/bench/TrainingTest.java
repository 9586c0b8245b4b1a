package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which cache a node is started from. That one is made, and taken by a JVM: `TrainedTest`.
final class TrainingTest {
    private static final Instant BUILT = Instant.parse("2026-11-01T12:00:00Z");

    @TempDir private Path application;
    private Path jar = Path.of("");

    @BeforeEach
    void build() throws IOException {
        jar = Files.createFile(application.resolve("flotilla.jar"));
        Files.setLastModifiedTime(jar, FileTime.from(BUILT));
    }

    @Test
    void anApplicationThatWasNeverTrainedHasNone() {
        assertThat(Training.cacheOf(jar)).isEmpty();
    }

    @Test
    void oneMadeBehindTheBuildIsTaken() throws IOException {
        Path cache = cacheOf(BUILT.plusSeconds(60));

        assertThat(Training.cacheOf(jar)).contains(cache);
    }

    @Test
    void thatOfAnEarlierBuildIsNotTaken() throws IOException {
        cacheOf(BUILT.minusSeconds(60));

        assertThat(Training.cacheOf(jar)).isEmpty();
    }

    private Path cacheOf(Instant made) throws IOException {
        Path cache = Files.createFile(application.resolve(Training.CACHE));
        return Files.setLastModifiedTime(cache, FileTime.from(made));
    }
}
