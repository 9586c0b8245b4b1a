package io.flotilla.ddl;

import static io.flotilla.ddl.Digests.digest;
import static io.flotilla.ddl.Digests.schema;
import static io.flotilla.ddl.Transactions.statement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.DdlMarks.OpenMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DdlMarksTest {
    private static final Digest BEFORE = digest("before", "1");
    private static final Digest AFTER = digest("after", "2");

    @TempDir private Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("ddl.marks");
    }

    @Test
    void anOpenMarkIsThereAfterACrash() throws IOException {
        GatedStatement alter = statement(12, "alter table t add b int");
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(alter, Optional.of(BEFORE));
        }

        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.openMark())
                    .contains(
                            new OpenMark(
                                    alter.gtid(), Doubt.ALL_OR_NOTHING, Optional.of(BEFORE), ""));
            assertThat(marks.last()).isEmpty();
        }
    }

    @Test
    void aClosedMarkLeavesADigest() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(statement(12, "alter table t add b int"), Optional.of(BEFORE));
            marks.done(new Gtid(0, 3, 12), Optional.of(AFTER));
        }

        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.openMark()).isEmpty();
            assertThat(marks.last())
                    .contains(new Done(new Gtid(0, 3, 12), Optional.of(AFTER.schema())));
            assertThat(marks.schemaAfter(12)).contains(AFTER.schema());
            assertThat(marks.schemaAfter(13)).isEmpty();
        }
    }

    @Test
    void digestsMayBeAbsentWhereNoneIsNeeded() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(statement(1, "create table t (a int)"), Optional.empty());
            marks.done(new Gtid(0, 3, 1), Optional.empty());
            marks.giving(GatedStatement.of(Transactions.xa(2, 76, 9, "ab", "c")), Optional.empty());
        }

        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.last()).contains(new Done(new Gtid(0, 3, 1), Optional.empty()));
            assertThat(marks.schemaAfter(1)).isEmpty();
            assertThat(marks.openMark().orElseThrow().xid()).isEqualTo("X'6162',X'63',9");
        }
    }

    @Test
    void refusesAStatementInDoubtWithoutADigest() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            assertThatThrownBy(() ->
                            marks.giving(statement(1, "alter table t add b int"), Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theSameTransactionMayBeGivenAgain() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(statement(1, "drop table t"), Optional.empty());
            marks.giving(statement(1, "drop table t"), Optional.empty());
            marks.done(new Gtid(0, 3, 1), Optional.empty());

            assertThat(marks.openMark()).isEmpty();
        }
    }

    @Test
    void refusesSecondThoughts() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            assertThatThrownBy(() -> marks.done(new Gtid(0, 3, 1), Optional.empty()))
                    .isInstanceOf(IllegalStateException.class);
            marks.giving(statement(1, "drop table t"), Optional.empty());
            assertThatThrownBy(() -> marks.giving(statement(2, "drop table t"), Optional.empty()))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> marks.done(new Gtid(0, 3, 2), Optional.empty()))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> marks.observed(new Gtid(0, 3, 2), AFTER))
                    .isInstanceOf(IllegalStateException.class);
            marks.done(new Gtid(0, 3, 1), Optional.empty());
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.openMark()).isEmpty();
        }
    }

    @Test
    void aServerThatWasJustProvedCanBeRecorded() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.observed(Gtid.NONE, BEFORE);
            marks.observed(new Gtid(0, 1, 5), AFTER);
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.last())
                    .contains(new Done(new Gtid(0, 1, 5), Optional.of(AFTER.schema())));
        }
    }

    @Test
    void whatAFormerLeaderHasAlreadyIsNotForgotten() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.observed(new Gtid(0, 1, 5), BEFORE);
            marks.ahead(new Gtid(0, 2, 9), new TreeSet<>(List.of(11L, 13L)), AFTER);
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.already()).containsExactly(11L, 13L);
            assertThat(marks.last())
                    .contains(new Done(new Gtid(0, 2, 9), Optional.of(AFTER.schema())));
            marks.giving(statement(11, "alter table t add b int"), Optional.of(AFTER));
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.already()).containsExactly(11L, 13L);
            marks.done(new Gtid(0, 3, 11), Optional.of(AFTER));
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.already()).containsExactly(13L);
            assertThat(marks.last())
                    .contains(new Done(new Gtid(0, 3, 11), Optional.of(AFTER.schema())));
            marks.giving(statement(13, "alter table t add c int"), Optional.of(AFTER));
            marks.done(new Gtid(0, 3, 13), Optional.of(AFTER));
            assertThat(marks.already()).isEmpty();
        }
    }

    @Test
    void noPeerIsToldADigestThatIsAheadOfItsPosition() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.ahead(new Gtid(0, 2, 9), new TreeSet<>(List.of(11L, 13L)), AFTER);
            for (int seq : List.of(11, 13)) {
                marks.giving(statement(seq, "drop table t"), Optional.empty());
                marks.done(new Gtid(0, 3, seq), Optional.of(AFTER));
            }

            assertThat(marks.schemaAfter(9)).isEmpty();
            assertThat(marks.schemaAfter(11)).isEmpty();
            assertThat(marks.schemaAfter(13)).contains(AFTER.schema());
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.schemaAfter(11)).isEmpty();
            assertThat(marks.schemaAfter(13)).contains(AFTER.schema());
        }
    }

    @Test
    void aShortenedFileKnowsWhatIsAlreadyThere() throws IOException {
        int kept = 2;
        try (DdlMarks marks = DdlMarks.create(file, List.of(), kept)) {
            marks.ahead(new Gtid(0, 2, 9), new TreeSet<>(List.of(90L)), AFTER);
            for (int seq = 10; seq < 20; seq++) {
                marks.giving(statement(seq, "drop table t"), Optional.empty());
                marks.done(new Gtid(0, 3, seq), Optional.of(AFTER));
            }
            marks.giving(statement(20, "drop table t"), Optional.empty());
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.already()).containsExactly(90L);
            assertThat(marks.openMark()).isPresent();
            assertThat(marks.last())
                    .contains(new Done(new Gtid(0, 3, 19), Optional.of(AFTER.schema())));
        }
    }

    @Test
    void aLineThatWasBeingWrittenCountsAsNotWritten() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(statement(1, "drop table t"), Optional.empty());
        }
        byte[] open = Files.readAllBytes(file);
        try (DdlMarks marks = DdlMarks.open(file)) {
            marks.done(new Gtid(0, 3, 1), Optional.of(AFTER));
        }
        byte[] closed = Files.readAllBytes(file);

        for (int length = open.length; length < closed.length; length++) {
            Files.write(file, Arrays.copyOf(closed, length));
            try (DdlMarks marks = DdlMarks.open(file)) {
                assertThat(marks.openMark()).isPresent();
                marks.done(new Gtid(0, 3, 1), Optional.of(AFTER));
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(closed);
        }
    }

    @Test
    void zerosBehindTheEndAreATornLine() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(statement(1, "drop table t"), Optional.empty());
        }
        Files.write(file, new byte[4096], StandardOpenOption.APPEND);

        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.openMark()).isPresent();
        }
    }

    @Test
    void damageBeforeTheEndIsNoticed() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(statement(1, "drop table t"), Optional.empty());
            marks.done(new Gtid(0, 3, 1), Optional.of(AFTER));
            marks.giving(statement(2, "drop table t"), Optional.empty());
        }
        byte[] whole = Files.readAllBytes(file);
        int last = new String(whole, StandardCharsets.UTF_8).lastIndexOf('\n', whole.length - 2);

        for (int at = 0; at < last; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            assertThatThrownBy(() -> DdlMarks.open(file).close())
                    .as("byte %d", at)
                    .isInstanceOf(CorruptJournalException.class);
        }
    }

    @Test
    void aFileThatIsGoneIsNotAFileWithoutMarks() {
        assertThatThrownBy(() -> DdlMarks.open(file).close())
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void anEmptyFileIsCorrupt() throws IOException {
        Files.createFile(file);

        assertThatThrownBy(() -> DdlMarks.open(file).close())
                .isInstanceOf(CorruptJournalException.class);
    }

    @Test
    void theNextServerKnowsWhatTheLogHad() throws IOException {
        List<Done> known;
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.giving(statement(12, "drop table t"), Optional.empty());
            marks.done(new Gtid(0, 3, 12), Optional.of(AFTER));
            marks.giving(statement(13, "drop table t"), Optional.empty());
            marks.done(new Gtid(0, 3, 13), Optional.empty());
            marks.giving(statement(14, "drop table t"), Optional.empty());
            known = marks.history();
        }

        try (DdlMarks next = DdlMarks.create(file, known)) {
            assertThat(next.schemaAfter(12)).contains(AFTER.schema());
        }
        try (DdlMarks next = DdlMarks.open(file)) {
            assertThat(next.openMark()).isEmpty();
            assertThat(next.last()).isEmpty();
            assertThat(next.schemaAfter(12)).contains(AFTER.schema());
            next.observed(new Gtid(0, 3, 2), BEFORE);
        }
        try (DdlMarks next = DdlMarks.open(file)) {
            assertThat(next.last())
                    .contains(new Done(new Gtid(0, 3, 2), Optional.of(BEFORE.schema())));
            assertThat(next.schemaAfter(12)).contains(AFTER.schema());
        }
    }

    @Test
    void aServerThatIsFedTheWholeLogForgetsNothingThatComesLater() throws IOException {
        int kept = 3;
        try (DdlMarks marks = DdlMarks.create(file, List.of(), kept)) {
            for (int seq = 98; seq <= 100; seq++) {
                marks.observed(new Gtid(0, 3, seq), digest("after " + seq, ""));
            }
            for (int seq = 1; seq <= 20; seq++) {
                marks.giving(statement(seq, "drop table t"), Optional.empty());
                marks.done(new Gtid(0, 3, seq), Optional.of(AFTER));
            }

            assertThat(marks.schemaAfter(98)).contains(schema("after 98"));
        }
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.schemaAfter(98)).contains(schema("after 98"));
            assertThat(marks.last())
                    .contains(new Done(new Gtid(0, 3, 20), Optional.of(AFTER.schema())));
        }
    }

    @Test
    void keepsTheLastDigestsAndStaysSmall() throws IOException {
        int kept = 10;
        int count = 5 * kept;
        try (DdlMarks marks = DdlMarks.create(file, List.of(), kept)) {
            for (int seq = 1; seq <= count; seq++) {
                marks.giving(statement(seq, "drop table t"), Optional.empty());
                marks.done(new Gtid(0, 3, seq), Optional.of(digest("after " + seq, "")));
            }
            marks.giving(statement(count + 1, "drop table t"), Optional.empty());

            assertThat(marks.schemaAfter(count - kept + 1)).isPresent();
            assertThat(marks.schemaAfter(count - kept)).isEmpty();
        }

        assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(1 + 4 * kept);
        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.openMark().orElseThrow().gtid().seq()).isEqualTo(count + 1);
            assertThat(marks.schemaAfter(count)).contains(schema("after " + count));
            assertThat(marks.schemaAfter(count - kept + 1)).isPresent();
        }
    }

    @Test
    void aQuietMomentOfALeaderIsKnownAndMovesNothing() throws IOException {
        Done settled = new Done(new Gtid(0, 3, 12), Optional.of(AFTER.schema()));
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.observed(new Gtid(0, 2, 9), BEFORE);
            marks.settled(settled.gtid(), AFTER);
        }

        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.settled()).contains(settled);
            assertThat(marks.last())
                    .contains(new Done(new Gtid(0, 2, 9), Optional.of(BEFORE.schema())));
            assertThat(marks.schemaAfter(12)).contains(AFTER.schema());
        }
    }

    @Test
    void aQuietMomentOutlastsShortening() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of(), 3)) {
            marks.settled(new Gtid(0, 3, 12), AFTER);
            for (long seq = 13; seq < 40; seq++) {
                marks.observed(new Gtid(0, 4, seq), BEFORE);
            }
        }

        try (DdlMarks marks = DdlMarks.open(file)) {
            assertThat(marks.settled())
                    .contains(new Done(new Gtid(0, 3, 12), Optional.of(AFTER.schema())));
        }
    }

    @Test
    void anotherServerOfThisNodeHasNoQuietMoments() throws IOException {
        List<Done> history;
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.settled(new Gtid(0, 3, 12), AFTER);
            history = marks.history();
        }

        try (DdlMarks marks = DdlMarks.create(file, history)) {
            assertThat(marks.settled()).isEmpty();
            assertThat(marks.schemaAfter(12)).contains(AFTER.schema());
        }
    }

    @Test
    void tellsTheSchemaAtAPositionWhateverWasObservedBehindIt() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            assertThat(marks.schemaAt(9)).isEmpty();
            marks.observed(new Gtid(0, 2, 7), BEFORE);
            assertThat(marks.schemaAt(9)).contains(BEFORE.schema());
            assertThat(marks.schemaAt(6)).isEmpty();

            marks.observed(new Gtid(0, 3, 12), AFTER);
            assertThat(marks.schemaAt(9)).contains(BEFORE.schema());
        }
    }

    /// What is ahead of its position has effects in the schema already.
    @Test
    void tellsTheSchemaAtAPositionWhenTheServerIsAheadOfIt() throws IOException {
        try (DdlMarks marks = DdlMarks.create(file, List.of())) {
            marks.observed(new Gtid(0, 2, 9), BEFORE);
            marks.ahead(new Gtid(0, 2, 9), new TreeSet<>(List.of(10L)), AFTER);
            assertThat(marks.schemaAt(9)).contains(BEFORE.schema());
        }
    }
}
