package io.flotilla.consensus.journal;

import static io.flotilla.consensus.journal.Sample.record;
import static io.flotilla.consensus.journal.Sample.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir Path temp;
    private Path dir;
    private LogDirectory directory;
    private Journal journal;

    @BeforeEach
    void make() throws IOException {
        dir = temp.resolve("log");
        directory = Sample.makeVoted(dir);
        journal = directory.journal();
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private void reopen() throws IOException {
        directory.close();
        directory = Sample.open(dir);
        journal = directory.journal();
    }

    private void assertHolds(long first, long last, long term) throws IOException {
        assertThat(journal.firstIndex()).isEqualTo(first);
        assertThat(journal.lastIndex()).isEqualTo(last);
        assertThat(journal.nextIndex()).isEqualTo(last + 1);
        List<JournalRecord> scanned = scan(first);
        assertThat(scanned).hasSize((int) (last - first + 1));
        for (long index = first; index <= last; index++) {
            JournalRecord expected = record(index, term);
            assertThat(Sample.same(journal.read(index).orElseThrow(), expected)).isTrue();
            assertThat(Sample.same(scanned.get((int) (index - first)), expected)).isTrue();
            assertThat(journal.term(index)).isEqualTo(term);
        }
        journal.verify();
    }

    private List<JournalRecord> scan(long from) throws IOException {
        List<JournalRecord> found = new ArrayList<>();
        JournalScan scan = journal.scan(from);
        for (JournalRecord next = scan.next(); next != null; next = scan.next()) {
            found.add(next);
        }
        return found;
    }

    @Test
    void isEmptyWhenNew() throws IOException {
        assertThat(journal.firstIndex()).isEqualTo(1);
        assertThat(journal.lastIndex()).isZero();
        assertThat(journal.nextIndex()).isEqualTo(1);
        assertThat(journal.read(0)).isEmpty();
        assertThat(journal.read(1)).isEmpty();
        assertThat(journal.term(1)).isZero();
        assertThat(scan(1)).isEmpty();
    }

    @Test
    void givesBackWhatWasAppendedAlsoAfterAReopen() throws IOException {
        journal.append(records(1, 7, 3));
        journal.append(records(8, 8, 3));
        assertHolds(1, 8, 3);
        reopen();
        assertHolds(1, 8, 3);
        journal.append(records(9, 12, 3));
        reopen();
        assertHolds(1, 12, 3);
    }

    @Test
    void goesOnOverManySegmentsAndTerms() throws IOException {
        for (long index = 1; index <= 900; index += 9) {
            journal.append(records(index, index + 8, 1 + index / 300));
        }
        reopen();
        assertThat(journal.lastIndex()).isEqualTo(900);
        for (JournalRecord found : Sample.all(journal)) {
            long term = 1 + ((found.index() - 1) / 9 * 9 + 1) / 300;
            assertThat(Sample.same(found, record(found.index(), term))).isTrue();
            assertThat(journal.term(found.index())).isEqualTo(term);
        }
        assertThat(scan(450)).hasSize(451);
    }

    @Test
    void holdsARecordLargerThanASegmentAndAnEmptyOne() throws IOException {
        journal.append(List.of(record(1, 1, 3 << 20), record(2, 1, 0), record(3, 1, 50_000)));
        reopen();
        assertThat(Sample.same(journal.read(1).orElseThrow(), record(1, 1, 3 << 20))).isTrue();
        assertThat(journal.read(2).orElseThrow().payload()).isEmpty();
        assertThat(scan(1)).hasSize(3);
        journal.verify();
    }

    @Test
    void refusesAGapAnOverwriteAndAFallingTerm() throws IOException {
        journal.append(records(1, 3, 5));
        assertThatThrownBy(() -> journal.append(records(5, 5, 5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.append(records(3, 4, 5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.append(records(4, 4, 4)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.append(List.of(record(4, 5), record(6, 5))))
                .isInstanceOf(IllegalArgumentException.class);
        assertHolds(1, 3, 5);
        journal.append(records(4, 4, 5));
        assertHolds(1, 4, 5);
    }

    @Test
    void cutsItsEndWithinASegment() throws IOException {
        journal.append(records(1, 20, 1));
        journal.truncateSuffix(12);
        assertHolds(1, 12, 1);
        assertThat(journal.read(13)).isEmpty();
        reopen();
        assertHolds(1, 12, 1);
        journal.append(records(13, 15, 2));
        reopen();
        assertThat(journal.term(12)).isEqualTo(1);
        assertThat(journal.term(13)).isEqualTo(2);
        assertThat(journal.lastIndex()).isEqualTo(15);
    }

    @Test
    void cutsItsEndOverSegments() throws IOException {
        journal.append(records(1, 400, 1));
        journal.truncateSuffix(30);
        assertHolds(1, 30, 1);
        reopen();
        assertHolds(1, 30, 1);
        journal.append(records(31, 400, 1));
        reopen();
        assertHolds(1, 400, 1);
    }

    @Test
    void cutsEverythingAtTheEnd() throws IOException {
        journal.append(records(1, 200, 1));
        journal.truncateSuffix(0);
        assertThat(journal.lastIndex()).isZero();
        assertThat(journal.nextIndex()).isEqualTo(1);
        reopen();
        assertThat(journal.nextIndex()).isEqualTo(1);
        journal.append(records(1, 5, 2));
        assertHolds(1, 5, 2);
    }

    @Test
    void refusesToCutWhatIsNotThere() throws IOException {
        journal.append(records(1, 10, 1));
        assertThatThrownBy(() -> journal.truncateSuffix(11))
                .isInstanceOf(IllegalArgumentException.class);
        journal.truncateSuffix(10);
        assertHolds(1, 10, 1);
        journal.truncatePrefix(6);
        assertThatThrownBy(() -> journal.truncateSuffix(4))
                .isInstanceOf(IllegalArgumentException.class);
        journal.truncateSuffix(5);
        assertThat(journal.lastIndex()).isZero();
        assertThat(journal.firstIndex()).isEqualTo(6);
        reopen();
        assertThat(journal.lastIndex()).isZero();
        assertThat(journal.nextIndex()).isEqualTo(6);
    }

    @Test
    void cutsItsFrontAndRemembersIt() throws IOException {
        journal.append(records(1, 400, 1));
        journal.truncatePrefix(333);
        assertHolds(333, 400, 1);
        reopen();
        assertHolds(333, 400, 1);
        journal.truncatePrefix(100);
        assertHolds(333, 400, 1);
    }

    @Test
    void isEmptyWhenTheWholeFrontIsCut() throws IOException {
        journal.append(records(1, 10, 1));
        journal.truncatePrefix(11);
        assertThat(journal.firstIndex()).isEqualTo(11);
        assertThat(journal.lastIndex()).isZero();
        reopen();
        assertThat(journal.firstIndex()).isEqualTo(11);
        assertThat(journal.lastIndex()).isZero();
        journal.append(records(11, 12, 1));
        assertHolds(11, 12, 1);
    }

    @Test
    void startsAnewWhenMoreThanItHasIsCutAtTheFront() throws IOException {
        journal.append(records(1, 10, 1));
        journal.truncatePrefix(500);
        assertThat(journal.firstIndex()).isEqualTo(500);
        assertThat(journal.lastIndex()).isZero();
        reopen();
        journal.append(records(500, 510, 1));
        assertHolds(500, 510, 1);
    }

    @Test
    void startsAnewInTheMiddleWithoutAPhantom() throws IOException {
        journal.append(records(1, 300, 1));
        journal.reset(150);
        assertThat(journal.firstIndex()).isEqualTo(150);
        assertThat(journal.lastIndex()).isZero();
        assertThat(journal.read(150)).isEmpty();
        assertThat(journal.term(150)).isZero();
        reopen();
        assertThat(journal.read(200)).isEmpty();
        journal.append(records(150, 160, 7));
        reopen();
        assertHolds(150, 160, 7);
    }

    @Test
    void knowsWhereTheRecordsOfATypeAre() throws IOException {
        for (long index = 1; index <= 300; index += 3) {
            byte rare = (byte) (index % 50 == 0 ? 3 : 2);
            journal.append(
                    List.of(
                            record(index, 1),
                            new JournalRecord(index + 1, 1, rare, new byte[0]),
                            new JournalRecord(index + 2, 1, rare, new byte[100])));
        }
        assertThat(journal.ofType((byte) 3)).containsExactly(101L, 102L, 251L, 252L);
        reopen();
        journal.truncatePrefix(102);
        assertThat(journal.ofType((byte) 3)).containsExactly(102L, 251L, 252L);
        journal.truncateSuffix(251);
        assertThat(journal.ofType((byte) 3)).containsExactly(102L, 251L);
        assertThat(journal.ofType((byte) 9)).isEmpty();
    }

    @Test
    void isClosedForReadersAndWriters() throws IOException {
        journal.append(records(1, 3, 1));
        journal.close();
        assertThatThrownBy(() -> journal.append(records(4, 4, 1))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> journal.read(2)).isInstanceOf(IOException.class);
    }
}
