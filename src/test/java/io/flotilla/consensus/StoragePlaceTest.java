package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node says that does not start: which file, and what helps.
final class StoragePlaceTest {
    private static final String WHAT_HELPS = "empty this node's whole data directory";

    @TempDir private Path place;

    private ConsensusConfig config;

    @BeforeEach
    void make() throws IOException {
        config = ConsensusConfig.of("g0", place.resolve("log"));
        StoragePlace.identity(config);
    }

    private void isRefusedFor(Path file) {
        assertThatThrownBy(() -> StoragePlace.identity(config))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(WHAT_HELPS);
    }

    @Test
    void aVoteThatIsGone() throws IOException {
        Path vote = config.directory().resolve("vote");
        Files.delete(vote);
        isRefusedFor(vote);
    }

    @Test
    void aVoteWithAFlippedBit() throws IOException {
        Path vote = config.directory().resolve("vote");
        byte[] bytes = Files.readAllBytes(vote);
        bytes[4096 + 8] ^= 1;
        Files.write(vote, bytes);
        isRefusedFor(vote);
    }

    @Test
    void aLogWithoutASegment() throws IOException {
        try (var segments = Files.newDirectoryStream(config.directory(), "*.segment")) {
            for (Path segment : segments) {
                Files.delete(segment);
            }
        }
        isRefusedFor(config.directory());
    }

    @Test
    void aLogThatIsGoneWhereOthersWereMet() throws IOException {
        Files.createFile(place.resolve("log.members"));
        try (var files = Files.newDirectoryStream(config.directory())) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(config.directory());
        isRefusedFor(config.directory());
    }
}
