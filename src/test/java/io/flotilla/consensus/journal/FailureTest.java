package io.flotilla.consensus.journal;

import static io.flotilla.consensus.journal.Sample.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the journal does when the disk fails under it.
class FailureTest {
    @TempDir Path temp;
    private CrashDisk disk;
    private final List<IOException> fatal = new ArrayList<>();
    private LogDirectory directory;
    private Journal journal;

    @BeforeEach
    void make() throws IOException {
        disk = new CrashDisk(temp.resolve("kept"), 1);
        Path dir = temp.resolve("log");
        LogDirectory.create(dir, 1, Sample.SMALL, disk);
        directory = LogDirectory.open(dir, Sample.SMALL, disk, fatal::add);
        directory.vote().save(10, "me");
        journal = directory.journal();
        journal.append(records(1, 5, 1));
    }

    @AfterEach
    void close() throws IOException {
        disk.failAfter(Long.MAX_VALUE, full());
        directory.close();
    }

    /// Of less than half a segment: beyond it the keeper writes the spare meanwhile, and would be counted too.
    @Test
    void writesAndSyncsABatchOnce() throws IOException {
        int writes = disk.writes();
        int forces = disk.forces();
        journal.append(records(6, 12, 1));
        assertThat(temp.resolve("log/spare.tmp")).doesNotExist();
        assertThat(disk.writes() - writes).isEqualTo(1);
        assertThat(disk.forces() - forces).isEqualTo(1);
    }

    @Test
    void acknowledgesNothingWhenTheWriteFails() {
        assertFailsForEver(0);
    }

    @Test
    void acknowledgesNothingWhenTheSyncFails() {
        assertFailsForEver(1);
    }

    /// The disk is well again after one failure, as a kernel shows it after EIO; the journal does not believe it.
    private void assertFailsForEver(int after) {
        disk.failOnceAfter(after, ioError());
        assertThatThrownBy(() -> journal.append(records(6, 9, 1)))
                .isInstanceOf(JournalFailedException.class);
        assertThat(journal.lastIndex()).isEqualTo(5);
        assertThatThrownBy(() -> journal.append(records(6, 9, 1)))
                .isInstanceOf(JournalFailedException.class)
                .hasMessageContaining("Input/output error");
        assertThatThrownBy(() -> journal.truncateSuffix(3))
                .isInstanceOf(JournalFailedException.class);
        assertThatThrownBy(() -> journal.truncatePrefix(3))
                .isInstanceOf(JournalFailedException.class);
        assertThatThrownBy(() -> journal.reset(9)).isInstanceOf(JournalFailedException.class);
        assertThat(fatal).hasSize(1);
    }

    @Test
    void stillServesWhatIsThereAfterAFailedWrite() throws IOException {
        disk.failOnceAfter(0, ioError());
        assertThatThrownBy(() -> journal.append(records(6, 9, 1))).isInstanceOf(IOException.class);
        assertThat(Sample.all(journal)).hasSize(5);
    }

    @Test
    void saysWhenTheDiskIsFull() {
        disk.failAfter(0, full());
        assertThatThrownBy(() -> journal.append(records(6, 500, 1)))
                .isInstanceOf(JournalFullException.class);
        assertThat(fatal).singleElement().isInstanceOf(JournalFullException.class);
    }

    @Test
    void failsForEverWhenTheVoteCannotBeWritten() {
        for (int operation = 0; operation < 2; operation++) {
            fatal.clear();
            VoteFile vote = reopenedVote();
            disk.failOnceAfter(operation, ioError());
            assertThatThrownBy(() -> vote.save(vote.term() + 1, "you"))
                    .isInstanceOf(JournalFailedException.class);
            assertThatThrownBy(() -> vote.save(vote.term() + 1, "you"))
                    .isInstanceOf(JournalFailedException.class);
            assertThat(vote.votedFor()).isEqualTo("me");
            assertThat(fatal).hasSize(1);
        }
    }

    private VoteFile reopenedVote() {
        try {
            Files.deleteIfExists(temp.resolve("vote"));
            VoteFile.create(temp, directory.vote().logId(), 1, Sample.UNSYNCED);
            VoteFile.open(temp, Sample.UNSYNCED, fatal::add).save(3, "me");
            return VoteFile.open(temp, disk, fatal::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static IOException ioError() {
        return new IOException("Input/output error");
    }

    private static IOException full() {
        return new IOException("No space left on device");
    }
}
