package io.flotilla.consensus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The power goes off at any operation of a seeded life, again and again; the disk loses any part of what was not synced.
/// The log always opens, and holds all that was acknowledged; of the change under way, a part.
class CrashTest {
    private static final int CRASHES = Integer.getInteger("flotilla.crash.rounds", 30);
    private static final JournalSettings SETTINGS =
            Sample.SMALL.withSegmentBytes(8 << 10).withDurableMarkEvery(Duration.ofMillis(1));

    @TempDir Path temp;
    private Random random = new Random();
    private final TreeMap<Long, JournalRecord> model = new TreeMap<>();
    private long term = 1;
    private long least;
    private long vote;
    private long appended;
    private long voteUnderWay;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void keepsWhatWasAcknowledgedWhenThePowerGoesOff(long seed) throws IOException {
        random = new Random(seed);
        Path dir = temp.resolve("log");
        CrashDisk disk = new CrashDisk(temp.resolve("kept"), seed);
        LogDirectory.create(dir, 1, SETTINGS, disk);
        try (LogDirectory made = LogDirectory.open(dir, SETTINGS, disk, Sample.NO_FAILURE)) {
            made.vote().save(1000, "node");
        }
        for (int crash = 0; crash < CRASHES; crash++) {
            disk.failAfter(random.nextInt(200), new CrashDisk.PowerOff());
            live(dir, disk);
            disk.crash();
            try (LogDirectory found = LogDirectory.open(dir, SETTINGS, disk, Sample.NO_FAILURE)) {
                check(found, crash);
            }
        }
        assertThat(appended).isPositive();
    }

    private void live(Path dir, CrashDisk disk) throws IOException {
        LogDirectory directory;
        try {
            directory = LogDirectory.open(dir, SETTINGS, disk, cause -> {});
        } catch (JournalException | CrashDisk.PowerOff duringStart) {
            assertPower(duringStart);
            return;
        }
        try (directory) {
            while (true) {
                step(directory);
            }
        } catch (IOException e) {
            assertPower(e);
        }
    }

    /// Only the power may fail: a refusal would be a false one.
    private static void assertPower(IOException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertThat(cause).isInstanceOf(CrashDisk.PowerOff.class);
    }

    private void step(LogDirectory directory) throws IOException {
        Journal journal = directory.journal();
        int dice = random.nextInt(20);
        if (dice < 12) {
            append(journal);
        } else if (dice < 14) {
            cutEnd(journal);
        } else if (dice < 15) {
            cutFront(journal);
        } else if (dice < 19) {
            voteUnderWay = vote + 1;
            directory.vote().save(1000 + vote + 1, "node" + vote);
            vote++;
        } else {
            reset(journal);
        }
    }

    private void append(Journal journal) throws IOException {
        long next = journal.nextIndex();
        int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 5);
        var batch = Sample.records(next, next + count - 1, term);
        for (JournalRecord record : batch) {
            model.put(record.index(), record);
        }
        least = next - 1;
        journal.append(batch);
        appended += count;
        least = journal.nextIndex() - 1;
    }

    private void cutEnd(Journal journal) throws IOException {
        long keep =
                Math.max(journal.firstIndex() - 1, journal.nextIndex() - 1 - random.nextInt(30));
        least = keep;
        journal.truncateSuffix(keep);
        model.tailMap(keep, false).clear();
        term++;
    }

    private void cutFront(Journal journal) throws IOException {
        long first = journal.firstIndex();
        long kept = first + random.nextInt((int) (journal.nextIndex() - first) + 1);
        journal.truncatePrefix(kept);
        model.headMap(kept).clear();
    }

    private void reset(Journal journal) throws IOException {
        long next = journal.nextIndex() + random.nextInt(3);
        long before = least;
        least = -1; // either log
        journal.reset(next);
        model.clear();
        least = Math.max(before, next - 1);
    }

    private void check(LogDirectory found, int crash) throws IOException {
        Journal journal = found.journal();
        long last = journal.nextIndex() - 1;
        assertThat(last).as("crash %d", crash).isGreaterThanOrEqualTo(least);
        for (long index = journal.firstIndex(); index <= last; index++) {
            JournalRecord expected = model.get(index);
            assertThat(expected).as("crash %d: record %d", crash, index).isNotNull();
            assertThat(Sample.same(journal.read(index).orElseThrow(), expected)).isTrue();
        }
        journal.verify();
        assertThat(found.vote().term()).isIn(1000 + vote, 1000 + voteUnderWay);
        vote = found.vote().term() - 1000;
        voteUnderWay = vote;
        model.tailMap(last, false).clear();
        model.headMap(journal.firstIndex()).clear();
        least = last;
    }
}
