package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Records and directories for the tests. A record's payload follows from its index and term, so that a reader can tell
/// whether it is the one that was written.
final class Sample {
    static final JournalSettings SMALL =
            JournalSettings.defaults()
                    .withSegmentBytes(16 << 10)
                    .withRetention(Duration.ZERO)
                    .withDurableMarkEvery(Duration.ofHours(1));
    static final FatalHook NO_FAILURE =
            cause -> {
                throw new AssertionError("the disk did not fail", cause);
            };

    /// The real disk without its syncs: what a test reads back through the page cache needs none.
    static final Disk UNSYNCED = new UnsyncedDisk();

    private Sample() {}

    static JournalRecord record(long index, long term) {
        int length = 40 + new Random(index * 31 + term).nextInt(400);
        return record(index, term, length);
    }

    static JournalRecord record(long index, long term, int length) {
        byte[] payload = new byte[length];
        new Random(index * 31 + term).nextBytes(payload);
        if (length >= 8) {
            ByteBuffer.wrap(payload).putLong(index);
        }
        return new JournalRecord(index, term, (byte) 2, payload);
    }

    static List<JournalRecord> records(long from, long to, long term) {
        List<JournalRecord> records = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            records.add(record(index, term));
        }
        return records;
    }

    static boolean same(JournalRecord one, JournalRecord other) {
        return one.index() == other.index()
                && one.term() == other.term()
                && one.type() == other.type()
                && java.util.Arrays.equals(one.payload(), other.payload());
    }

    static LogDirectory make(Path dir) throws IOException {
        return make(dir, SMALL);
    }

    static LogDirectory make(Path dir, JournalSettings settings) throws IOException {
        LogDirectory.create(dir, 1, settings, UNSYNCED);
        return open(dir, settings);
    }

    static LogDirectory open(Path dir) throws IOException {
        return open(dir, SMALL);
    }

    static LogDirectory open(Path dir, JournalSettings settings) throws IOException {
        return LogDirectory.open(dir, settings, UNSYNCED, NO_FAILURE);
    }

    /// A directory whose vote is of a high term, as it is whenever the log has records.
    static LogDirectory makeVoted(Path dir) throws IOException {
        LogDirectory made = make(dir);
        made.vote().save(100, "somebody");
        return made;
    }

    /// Everything the journal has, read one by one.
    static List<JournalRecord> all(Journal journal) throws IOException {
        List<JournalRecord> all = new ArrayList<>();
        for (long index = journal.firstIndex(); index <= journal.lastIndex(); index++) {
            all.add(journal.read(index).orElseThrow());
        }
        return all;
    }
}
