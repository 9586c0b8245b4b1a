package io.flotilla.consensus.journal;

import static io.flotilla.consensus.journal.Sample.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers beside the writer.
class ReaderTest {
    @TempDir Path temp;

    private LogDirectory make(Duration retention) throws IOException {
        LogDirectory made = Sample.make(temp.resolve("log"), Sample.SMALL.withRetention(retention));
        made.vote().save(10, "somebody");
        return made;
    }

    @Test
    void servesWhatWasCutAtTheFrontAWhileLonger() throws Exception {
        try (LogDirectory directory = make(Duration.ofHours(1))) {
            Journal journal = directory.journal();
            journal.append(records(1, 300, 1));
            journal.truncatePrefix(290);
            assertThat(journal.firstIndex()).isEqualTo(290);
            for (long index = 1; index <= 300; index++) {
                assertThat(journal.read(index)).isPresent();
            }
            journal.reset(400);
            assertThat(journal.read(300)).isPresent();
            assertThat(journal.read(400)).isEmpty();
        }
    }

    @Test
    void deletesWhatWasCutAtTheFrontAfterThat() throws Exception {
        try (LogDirectory directory = make(Duration.ofMillis(20))) {
            Journal journal = directory.journal();
            journal.append(records(1, 300, 1));
            journal.truncatePrefix(290);
            Eventually.eventually(
                    Duration.ofSeconds(20), () -> assertThat(journal.read(1)).isEmpty());
            assertThat(journal.read(290)).isPresent();
        }
    }

    @Test
    void neverServesAnythingElseWhileTheLogMoves() throws Exception {
        try (LogDirectory directory = make(Duration.ofMillis(1));
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Journal journal = directory.journal();
            AtomicBoolean over = new AtomicBoolean();
            List<Future<Long>> reads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random random = new Random(i);
                reads.add(readers.submit(() -> readUntil(over, journal, random)));
            }
            for (long next = 1; next < 4000; next += 20) {
                journal.append(records(next, next + 19, 1));
                if (next % 200 == 1) {
                    journal.truncateSuffix(next + 9);
                    journal.append(records(next + 10, next + 19, 1));
                    journal.truncatePrefix(Math.max(1, next - 100));
                }
            }
            over.set(true);
            for (Future<Long> read : reads) {
                assertThat(read.get()).isPositive();
            }
        }
    }

    private static long readUntil(AtomicBoolean over, Journal journal, Random random)
            throws IOException {
        long found = 0;
        while (!over.get() || found == 0) {
            long index = journal.firstIndex() - 50 + random.nextInt(200);
            Optional<JournalRecord> record = journal.read(index);
            if (record.isPresent()) {
                assertThat(Sample.same(record.get(), Sample.record(index, 1))).isTrue();
                found++;
            }
            assertThat(journal.term(index)).isIn(0L, 1L);
        }
        return found;
    }

    /// A file channel is closed for all when one thread is interrupted in it.
    @Test
    void isNotDisturbedByAnInterruptedReader() throws Exception {
        try (LogDirectory directory = make(Duration.ZERO)) {
            Journal journal = directory.journal();
            journal.append(records(1, 50, 1));
            Thread.currentThread().interrupt();
            assertThat(Sample.all(journal)).hasSize(50);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Sample.all(journal)).hasSize(50);
            journal.append(records(51, 60, 1));
            assertThat(Sample.all(journal)).hasSize(60);
        }
    }

    @Test
    void doesNotLetAScanSeeWhatCameAfterItBegan() throws Exception {
        try (LogDirectory directory = make(Duration.ZERO)) {
            Journal journal = directory.journal();
            journal.append(records(1, 100, 1));
            JournalScan scan = journal.scan(40);
            journal.append(records(101, 200, 1));
            long last = 0;
            for (JournalRecord next = scan.next(); next != null; next = scan.next()) {
                last = next.index();
            }
            assertThat(last).isEqualTo(100);
        }
    }
}
