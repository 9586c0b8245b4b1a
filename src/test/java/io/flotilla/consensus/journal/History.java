package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// A journal that has lived a seeded life of appends, cuts, resets and restarts, and what it must hold now. Its directory
/// is copied while it is open, as a crash would leave it.
final class History implements AutoCloseable {
    private final Random random;
    private final Path dir;
    private final JournalSettings settings;
    private final TreeMap<Long, JournalRecord> model = new TreeMap<>();
    private LogDirectory directory;
    private long term = 1;
    private long lastBeforeBatch;

    History(Path dir, long seed, Duration durableMarkEvery) throws IOException {
        this.random = new Random(seed);
        this.dir = dir;
        this.settings =
                Sample.SMALL
                        .withRetention(Duration.ofHours(1))
                        .withDurableMarkEvery(durableMarkEvery);
        this.directory = Sample.make(dir, settings);
        directory.vote().save(1000, "somebody");
        int steps = 5 + random.nextInt(40);
        for (int i = 0; i < steps; i++) {
            step();
        }
        append();
    }

    private Journal journal() {
        return directory.journal();
    }

    private void step() throws IOException {
        int dice = random.nextInt(20);
        if (dice < 14) {
            append();
        } else if (dice < 17) {
            cutEnd();
        } else if (dice == 17) {
            cutFront();
        } else if (dice == 18) {
            directory.close();
            directory = Sample.open(dir, settings);
        } else if (random.nextInt(4) == 0) {
            journal().reset(journal().nextIndex() + random.nextInt(5));
            model.clear();
        }
    }

    private void append() throws IOException {
        long next = journal().nextIndex();
        lastBeforeBatch = next - 1;
        int count = 1 + random.nextInt(random.nextBoolean() ? 3 : 60);
        List<JournalRecord> batch = Sample.records(next, next + count - 1, term);
        journal().append(batch);
        for (JournalRecord record : batch) {
            model.put(record.index(), record);
        }
    }

    private void cutEnd() throws IOException {
        long first = journal().firstIndex();
        long keep = journal().nextIndex() - 1 - random.nextInt(40);
        keep = Math.max(keep, first - 1);
        journal().truncateSuffix(keep);
        model.tailMap(keep, false).clear();
        term++;
    }

    private void cutFront() throws IOException {
        long first = journal().firstIndex();
        long kept = first + random.nextInt(1 + (int) (journal().nextIndex() - first));
        journal().truncatePrefix(kept);
        model.headMap(kept).clear();
    }

    /// The last index before the batch that was appended last.
    long lastBeforeBatch() {
        return lastBeforeBatch;
    }

    long last() {
        return journal().nextIndex() - 1;
    }

    /// Where the last batch begins in the youngest segment, and where it ends.
    long[] lastBatch() throws IOException {
        try (LogDirectory copy = Sample.open(copy(dir.resolveSibling("look")), settings)) {
            return copy.journal().placeOfTail(lastBeforeBatch + 1);
        }
    }

    Path copy(Path to) throws IOException {
        clear(to);
        Files.createDirectories(to);
        for (Path file : files(dir)) {
            if (!file.toString().endsWith(".tmp")) { // the spare may be just becoming a segment
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    static List<Path> files(Path dir) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
            files.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    static void clear(Path dir) throws IOException {
        if (Files.exists(dir)) {
            for (Path file : files(dir)) {
                Files.delete(file);
            }
            Files.delete(dir);
        }
    }

    /// Opens a copy, checks that what it holds is ours, and that it goes on.
    ///
    /// @return the last index it has
    long openAndCheck(Path copy) throws IOException {
        long last;
        try (LogDirectory opened = Sample.open(copy, settings)) {
            Journal found = opened.journal();
            last = found.nextIndex() - 1;
            check(found, last);
            found.append(Sample.records(last + 1, last + 3, 1000));
        }
        try (LogDirectory again = Sample.open(copy, settings)) {
            check(again.journal(), last);
            if (again.journal().lastIndex() != last + 3) {
                throw new AssertionError(
                        "appended up to " + (last + 3) + ", found " + again.journal().lastIndex());
            }
        }
        return last;
    }

    private void check(Journal found, long last) throws IOException {
        long first = model.isEmpty() ? journal().firstIndex() : model.firstKey();
        if (found.firstIndex() != first || last > last()) {
            throw new AssertionError(
                    "%d to %d instead of %d to %d"
                            .formatted(found.firstIndex(), last, first, last()));
        }
        for (long index = first; index <= last; index++) {
            if (!Sample.same(found.read(index).orElseThrow(), model.get(index))) {
                throw new AssertionError("record " + index + " is another one");
            }
        }
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
