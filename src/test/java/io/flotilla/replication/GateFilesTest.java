package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node knows of the schemas that the log had, when its server is replaced.
final class GateFilesTest {
    private static final Digest DIGEST = new Digest("ab".repeat(32), "cd".repeat(32));

    @TempDir private Path directory;

    @BeforeEach
    void recordOne() throws IOException {
        new GateFiles(directory).createMarks().observed(new Gtid(0, 1, 5), DIGEST);
    }

    @Test
    void aNodeTellsOthersBeforeItsOwnServerIsJudged() throws IOException {
        assertThat(new GateFiles(directory).schemaAfter(5)).contains(DIGEST.schema());
    }

    @Test
    void aNodeWhoseServerWasReplacedStillTellsOthers() throws IOException {
        GateFiles files = new GateFiles(directory);

        files.createMarks();

        assertThat(files.schemaAfter(5)).contains(DIGEST.schema());
        assertThat(files.marks().last()).isEmpty();
        assertThat(new GateFiles(directory).schemaAfter(5)).contains(DIGEST.schema());
    }

    @Test
    void nothingIsToldOfAServerThatDiffers() throws IOException {
        GateFiles files = new GateFiles(directory);

        files.forget();

        assertThat(files.schemaAfter(5)).isEmpty();
        assertThatThrownBy(files::marks).isInstanceOf(IOException.class);
        files.createMarks();
        assertThat(files.schemaAfter(5)).isEmpty();
    }

    @Test
    void marksThatAreDamagedDoNotStandInTheWayOfNewOnes() throws IOException {
        Path marks = directory.resolve("marks");
        Files.writeString(marks, "x" + Files.readString(marks));
        GateFiles files = new GateFiles(directory);

        assertThat(files.schemaAfter(5)).isEmpty();
        assertThat(files.createMarks().openMark()).isEmpty();
    }
}
