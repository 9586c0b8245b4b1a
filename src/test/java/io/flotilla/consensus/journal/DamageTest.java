package io.flotilla.consensus.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damages copies of a log directory at every kind of place: the log that then opens is a prefix of what was written, or
/// it does not open. Seeds are in the test's name; `-Dflotilla.damage.rounds=N` makes it look longer.
class DamageTest {
    private static final int ROUNDS = Integer.getInteger("flotilla.damage.rounds", 20);
    private static final int SECTOR = 512;
    private static final int MARKS_START = 1024;

    @TempDir Path temp;

    /// What a crash in the middle of the last write can leave: any subset of its sectors, for any cut of it.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void opensAfterATornWriteOfTheLastBatch(long seed) throws IOException {
        Random random = new Random(seed);
        try (History history = new History(temp.resolve("log"), seed, Duration.ZERO)) {
            long[] batch = history.lastBatch();
            for (int round = 0; round < ROUNDS; round++) {
                Path copy = history.copy(temp.resolve("copy"));
                try (RandomAccessFile file = new RandomAccessFile(youngest(copy).toFile(), "rw")) {
                    if (round % 2 == 0) {
                        loseSectors(random, file, batch);
                    } else {
                        zero(file, between(random, batch[0], batch[1]), batch[1]);
                    }
                }
                long last = history.openAndCheck(copy);
                assertThat(last).as("round %d", round).isBetween(batch[2] - 1, history.last());
            }
        }
    }

    private static void loseSectors(Random random, RandomAccessFile file, long[] batch)
            throws IOException {
        int odds = 1 + random.nextInt(10);
        for (long at = batch[0]; at < batch[1]; at = (at / SECTOR + 1) * SECTOR) {
            if (random.nextInt(10) < odds) {
                zero(file, at, Math.min(batch[1], (at / SECTOR + 1) * SECTOR));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void servesAPrefixOrNothingAfterAnyDamage(long seed) throws IOException {
        Random random = new Random(seed);
        Duration mark = seed % 2 == 0 ? Duration.ZERO : Duration.ofHours(1);
        int refused = 0;
        try (History history = new History(temp.resolve("log"), seed, mark)) {
            long[] batch = history.lastBatch();
            for (int round = 0; round < 2 * ROUNDS; round++) {
                Path copy = history.copy(temp.resolve("copy"));
                Damage damage = damage(random, copy);
                try {
                    long last = history.openAndCheck(copy);
                    assertThat(last)
                            .isGreaterThanOrEqualTo(least(history, batch, damage, mark.isZero()));
                } catch (CorruptJournalException | MissingStateException | NewerFormatException e) {
                    refused++;
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("round " + round + ": " + damage, e);
                }
            }
        }
        assertThat(refused).isPositive();
    }

    /// How short a log that opens may be: only a damage that can be taken for a torn write of the last batch shortens it,
    /// and by no more than that batch when the durable mark was written with every append.
    private static long least(History history, long[] batch, Damage damage, boolean marked) {
        if (damage.changedOneByte() || !damage.reaches(batch[0])) {
            return history.last();
        }
        return marked && !damage.hitsMarks() ? history.lastBeforeBatch() : 0;
    }

    /// @param becameZero whether the only byte changed is zero now, as a missing one is
    private record Damage(
            String what, Path file, boolean youngest, long from, long to, boolean becameZero) {
        Damage(String what, Path file, boolean youngest, long from, long to) {
            this(what, file, youngest, from, to, false);
        }

        boolean changedOneByte() {
            return what.equals("flip") && !becameZero;
        }

        boolean reaches(long offset) {
            return youngest && to > offset;
        }

        boolean hitsMarks() {
            return file.toString().endsWith(".segment")
                    && from < Segment.DATA_START
                    && to > MARKS_START;
        }
    }

    private static Damage damage(Random random, Path dir) throws IOException {
        List<Path> files = History.files(dir).stream().filter(DamageTest::matters).toList();
        Path path =
                random.nextInt(3) == 0 ? files.get(random.nextInt(files.size())) : youngest(dir);
        boolean last = path.equals(youngest(dir));
        long size = Files.size(path);
        long from = between(random, 0, size);
        long to = Math.min(size, from + 1 + random.nextInt(random.nextBoolean() ? 64 : 8192));
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            return switch (random.nextInt(5)) {
                case 0 -> {
                    boolean zero = flip(file, from, 1 << random.nextInt(8));
                    yield new Damage("flip", path, last, from, from + 1, zero);
                }
                case 1 -> {
                    zero(file, from, to);
                    yield new Damage("zero", path, last, from, to);
                }
                case 2 -> {
                    zero(file, from, size);
                    yield new Damage("zero to the end", path, last, from, size);
                }
                case 3 -> {
                    file.setLength(from);
                    yield new Damage("shorten", path, last, from, size);
                }
                default -> {
                    byte[] noise = new byte[(int) (to - from)];
                    random.nextBytes(noise);
                    file.seek(from);
                    file.write(noise);
                    yield new Damage("noise", path, last, from, to);
                }
            };
        }
    }

    /// The same missing sector: in the last batch it is a torn write, before it damage, since the last batch was written
    /// after the one before had been synced.
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 14, 18})
    void tellsAMissingSectorInTheLastBatchFromOneBefore(int sector) throws IOException {
        Path dir = temp.resolve("log");
        long end;
        try (LogDirectory made = Sample.makeVoted(dir)) {
            made.journal().append(Sample.records(1, 30, 1));
            end = made.journal().placeOfTail(31)[1];
        }
        noteNothing(youngest(dir));
        long at = (long) sector * SECTOR;
        Path torn = temp.resolve("torn");
        copy(dir, torn);
        zeroSector(torn, at);
        try (LogDirectory opened = Sample.open(torn)) {
            assertThat(opened.journal().lastIndex()).isLessThan(30);
        }
        try (LogDirectory opened = Sample.open(dir)) {
            opened.journal().append(Sample.records(31, 31, 1));
        }
        noteNothing(youngest(dir));
        zeroSector(dir, at);
        assertThat(at).isLessThan(end);
        assertThat(refuses(dir)).isTrue();
    }

    /// As if the process had been killed before anything was noted as durable.
    private static void noteNothing(Path segment) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            zero(file, MARKS_START, Segment.DATA_START);
        }
    }

    private static void zeroSector(Path dir, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(youngest(dir).toFile(), "rw")) {
            zero(file, at, at + SECTOR);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : History.files(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    /// What a recycled place on a disk may bring: a record of this log that is whole, at the right place, with the right
    /// index, but from a history that was cut off.
    @Test
    void refusesARecordOfAnotherHistory() throws IOException {
        Path one = temp.resolve("one");
        Path other = temp.resolve("other");
        Sample.makeVoted(one).close();
        copy(one, other);
        try (LogDirectory a = Sample.open(one);
                LogDirectory b = Sample.open(other)) {
            a.journal().append(List.of(Sample.record(1, 1, 100), Sample.record(2, 1, 100)));
            JournalRecord instead = new JournalRecord(1, 1, (byte) 2, new byte[100]);
            b.journal().append(List.of(instead, Sample.record(2, 1, 100)));
        }
        byte[] foreign = Files.readAllBytes(youngest(other));
        try (RandomAccessFile file = new RandomAccessFile(youngest(one).toFile(), "rw")) {
            file.seek(Segment.DATA_START);
            file.write(foreign, Segment.DATA_START, (int) Frame.size(100));
        }
        assertThat(refuses(one)).isTrue();
    }

    /// Which file is missing is told, whichever it is.
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void refusesWhenAFileIsMissing(long seed) throws IOException {
        try (History history = new History(temp.resolve("log"), seed, Duration.ofHours(1))) {
            Path whole = history.copy(temp.resolve("whole"));
            Sample.open(whole).close(); // deletes what was given up
            for (Path file : History.files(whole)) {
                if (matters(file)) {
                    Path copy = history.copy(temp.resolve("copy"));
                    Files.delete(copy.resolve(file.getFileName()));
                    assertThat(refuses(copy)).as("without %s", file.getFileName()).isTrue();
                }
            }
        }
    }

    /// An operator who can put a file back must hear which.
    @Test
    void namesTheSegmentWhoseEndIsGone() throws IOException {
        Path dir = temp.resolve("log");
        long[] last;
        try (LogDirectory made = Sample.makeVoted(dir)) {
            made.journal().append(Sample.records(1, 30, 1));
            last = made.journal().placeOfTail(30);
        }
        Path segment = youngest(dir);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            zero(file, last[0], last[1]);
        }
        assertThatThrownBy(() -> Sample.open(dir))
                .isInstanceOf(CorruptJournalException.class)
                .hasMessageContaining(segment.toString());
    }

    private static boolean refuses(Path dir) throws IOException {
        try (LogDirectory opened = Sample.open(dir)) {
            return opened.journal().lastIndex() < 0;
        } catch (CorruptJournalException | MissingStateException e) {
            return true;
        }
    }

    private static boolean matters(Path file) {
        String name = file.getFileName().toString();
        return !name.equals("lock") && !name.endsWith(".tmp");
    }

    private static Path youngest(Path dir) throws IOException {
        return History.files(dir).stream()
                .filter(file -> file.toString().endsWith(".segment"))
                .toList()
                .getLast();
    }

    private static long between(Random random, long from, long to) {
        return from + (long) (random.nextDouble() * (to - from));
    }

    /// Whether the byte is zero now.
    private static boolean flip(RandomAccessFile file, long at, int bit) throws IOException {
        file.seek(at);
        int changed = file.read() ^ bit;
        file.seek(at);
        file.write(changed);
        return changed == 0;
    }

    private static void zero(RandomAccessFile file, long from, long to) throws IOException {
        file.seek(from);
        file.write(new byte[(int) (to - from)]);
    }
}
