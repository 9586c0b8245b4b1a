package io.flotilla.consensus.journal;

import static io.flotilla.consensus.journal.Sample.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Log and vote together.
class LogDirectoryTest {
    @TempDir Path temp;
    private Path dir;

    @BeforeEach
    void make() throws IOException {
        dir = temp.resolve("log");
        try (LogDirectory made = Sample.makeVoted(dir)) {
            made.journal().append(records(1, 20, 7));
        }
    }

    private void assertRefuses(Class<? extends JournalException> with, String saying) {
        assertThatThrownBy(() -> Sample.open(dir).close())
                .isInstanceOf(with)
                .hasMessageContaining(saying);
    }

    @Test
    void keepsTermVoteIncarnationAndIdentity() throws IOException {
        try (LogDirectory opened = Sample.open(dir)) {
            assertThat(opened.vote().term()).isEqualTo(100);
            assertThat(opened.vote().votedFor()).isEqualTo("somebody");
            assertThat(opened.vote().incarnation()).isEqualTo(1);
            assertThat(opened.vote().logId()).isEqualTo(opened.journal().logId());
            opened.vote().atLeast(101);
            opened.vote().atLeast(50);
        }
        try (LogDirectory opened = Sample.open(dir)) {
            assertThat(opened.vote().term()).isEqualTo(101);
            assertThat(opened.vote().votedFor()).isEmpty();
        }
    }

    @Test
    void givesOneVoteATerm() throws IOException {
        try (LogDirectory opened = Sample.open(dir)) {
            VoteFile vote = opened.vote();
            assertThatThrownBy(() -> vote.save(100, "else"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> vote.save(100, ""))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> vote.save(99, "else"))
                    .isInstanceOf(IllegalArgumentException.class);
            vote.save(100, "somebody");
            vote.save(101, "");
            vote.save(101, "else");
            assertThat(vote.votedFor()).isEqualTo("else");
        }
    }

    @Test
    void isNotMadeAnewOverWhatIsThere() {
        assertThatThrownBy(() -> LogDirectory.create(dir, 2, Sample.SMALL))
                .isInstanceOf(MissingStateException.class);
    }

    @Test
    void isMadeAfterAFirstAttemptThatCrashed() throws IOException {
        Path other = temp.resolve("other");
        Files.createDirectories(temp.resolve("other.new"));
        Files.writeString(temp.resolve("other.new").resolve("bounds"), "half");
        try (LogDirectory made = Sample.makeVoted(other)) {
            assertThat(made.journal().nextIndex()).isEqualTo(1);
        }
    }

    @Test
    void refusesToStartWithoutVote() throws IOException {
        Files.delete(dir.resolve("vote"));
        assertRefuses(MissingStateException.class, "does not vote as if nothing had happened");
    }

    @Test
    void refusesToStartWithoutLog() throws IOException {
        for (Path file : History.files(dir)) {
            if (!file.endsWith("vote")) {
                Files.delete(file);
            }
        }
        assertRefuses(MissingStateException.class, "does not vote as if nothing had happened");
    }

    @Test
    void refusesToStartWithoutAnything() throws IOException {
        History.clear(dir);
        assertRefuses(MissingStateException.class, "does not vote as if nothing had happened");
    }

    @Test
    void refusesTheVoteOfAnotherLog() throws IOException {
        Path other = temp.resolve("other");
        Sample.makeVoted(other).close();
        Files.copy(other.resolve("vote"), dir.resolve("vote"), StandardCopyOption.REPLACE_EXISTING);
        assertRefuses(MissingStateException.class, "do not belong together");
    }

    @Test
    void refusesASegmentOfAnotherLog() throws IOException {
        Path other = temp.resolve("other");
        Sample.makeVoted(other).close();
        String segment = "00000000000000000001.segment";
        Files.copy(
                other.resolve(segment), dir.resolve(segment), StandardCopyOption.REPLACE_EXISTING);
        assertRefuses(MissingStateException.class, "belongs to another log");
    }

    @Test
    void refusesAnOlderVoteThanTheLog() throws IOException {
        Files.delete(dir.resolve("vote"));
        VoteFile.create(dir, Bounds.read(dir, Disk.REAL).logId(), 1, Disk.REAL);
        assertRefuses(MissingStateException.class, "the vote is an old one");
    }

    /// The damaged one may be the last vote.
    @Test
    void refusesWhenEitherSlotOfTheVoteIsDamaged() throws IOException {
        byte[] good = Files.readAllBytes(dir.resolve("vote"));
        for (int slot = 4096; slot <= 8192; slot += 4096) {
            byte[] vote = good.clone();
            vote[slot + 20] ^= 1;
            Files.write(dir.resolve("vote"), vote);
            assertRefuses(CorruptJournalException.class, "it may be the last vote");
        }
    }

    @Test
    void refusesWhatANewerProgramWrote() throws IOException {
        byte[] bounds = Files.readAllBytes(dir.resolve("bounds"));
        bounds[11]++;
        Files.write(dir.resolve("bounds"), bounds);
        assertRefuses(NewerFormatException.class, "this program knows 1");
    }

    @Test
    void tellsItsIdentityWithoutBeingOpened() throws IOException {
        try (LogDirectory opened = Sample.open(dir)) {
            assertThat(LogDirectory.identity(dir)).isEqualTo(opened.journal().logId());
        }
    }

    @Test
    void isOpenedOnceOnly() throws IOException {
        try (LogDirectory opened = Sample.open(dir)) {
            assertRefuses(JournalInUseException.class, "open already");
            assertThat(opened.journal().lastIndex()).isEqualTo(20);
        }
        Sample.open(dir).close();
    }
}
