package io.flotilla.consensus.journal;

import io.flotilla.consensus.journal.SegmentIndex.Place;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// The log of one node: records with consecutive indexes, durable once [#append] has returned.
///
/// Reading is safe from any thread at any time. What changes the log is serialised here, but the order between two
/// changes is their callers': in practice one thread writes.
public final class Journal implements AutoCloseable {
    private final SegmentFiles files;
    private final JournalSettings settings;
    private final Health health;
    private final UUID logId;
    private final Segments segments;
    private final Keeper keeper;
    private final FrameWriter frames = new FrameWriter();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile long first;
    private volatile long next;
    private volatile boolean closed;
    private long noted;

    /// When the change began that is under way; 0 when none is.
    private volatile long changingSince;

    private Journal(
            SegmentFiles files,
            JournalSettings settings,
            FatalHook hook,
            UUID logId,
            Recovery.Found found) {
        this.files = files;
        this.settings = settings;
        this.health = new Health(hook);
        this.logId = logId;
        this.segments = new Segments(found.live());
        this.keeper = new Keeper(files, segments, settings.retention());
        this.first = found.firstIndex();
        this.next = segments.active().nextIndex();
        this.noted = System.nanoTime();
    }

    static void create(Path directory, UUID logId, JournalSettings settings, Disk disk)
            throws IOException {
        SegmentFiles files = new SegmentFiles(directory, disk, settings.segmentBytes());
        files.create(new SegmentHeader(logId, 1, true, 1, 0), 0).close();
        new Bounds(logId, 1).write(directory, disk);
    }

    static Journal open(Path directory, JournalSettings settings, Disk disk, FatalHook hook)
            throws IOException {
        Bounds bounds = Bounds.read(directory, disk);
        SegmentFiles files = new SegmentFiles(directory, disk, settings.segmentBytes());
        return new Journal(files, settings, hook, bounds.logId(), Recovery.run(files, bounds));
    }

    /// The identity both files of a log directory carry; random, made at first bootstrap.
    public UUID logId() {
        return logId;
    }

    /// The first index kept, whether or not there is a record yet; 1 in a new log.
    public long firstIndex() {
        return first;
    }

    /// The last index, or 0 when the log is empty.
    public long lastIndex() {
        long end = next;
        return end > first ? end - 1 : 0;
    }

    /// The index the next record must have.
    public long nextIndex() {
        return next;
    }

    /// Appends records; returns when all are on disk (one write, one fdatasync) and visible to readers.
    ///
    /// @throws IllegalArgumentException if the first index is not [#nextIndex], there is a gap, a term falls, or a
    ///     payload is over the limit: nothing was written, the journal goes on
    /// @throws JournalException if the disk failed: nothing counts as appended, the hook was called
    public void append(List<JournalRecord> records) throws IOException {
        changing(
                "appending to the log",
                () -> {
                    requireContinuation(records);
                    return () -> write(records);
                });
    }

    private void requireContinuation(List<JournalRecord> records) {
        long expected = next;
        long term = lastTerm();
        for (JournalRecord record : records) {
            if (record.index() != expected || record.term() < term) {
                throw new IllegalArgumentException(
                        "record %d of term %d does not continue a log that ends with %d of term %d"
                                .formatted(record.index(), record.term(), expected - 1, term));
            }
            if (record.payload().length > settings.maxRecordBytes()) {
                throw new IllegalArgumentException(
                        "record %d has %d bytes; at most %d"
                                .formatted(
                                        record.index(),
                                        record.payload().length,
                                        settings.maxRecordBytes()));
            }
            expected++;
            term = record.term();
        }
    }

    private void write(List<JournalRecord> records) throws IOException {
        List<JournalRecord> left = records;
        while (!left.isEmpty()) {
            int fit = segments.active().fitting(left);
            if (fit == 0) {
                roll(false, next, Frame.size(left.getFirst().payload().length));
            } else {
                segments.active().append(left.subList(0, fit), frames, noteDue());
                next = segments.active().nextIndex();
                left = left.subList(fit, left.size());
            }
        }
        if (segments.active().end() > segments.active().capacity() / 2) {
            keeper.prepareSpare();
        }
    }

    private boolean noteDue() {
        long now = System.nanoTime();
        if (now - noted < settings.durableMarkEvery().toNanos()) {
            return false;
        }
        noted = now;
        return true;
    }

    /// Goes on in a new segment. The old one is told that it has a successor before the successor is used: from then on
    /// a missing successor is a missing segment.
    private void roll(boolean base, long firstIndex, long firstRecord) throws IOException {
        Segment old = segments.active();
        int chain = base ? 0 : old.lastCrc();
        long number = old.header().sequence() + 1;
        Segment fresh =
                files.create(
                        new SegmentHeader(logId, number, base, firstIndex, chain), firstRecord);
        keeper.spareUsed();
        old.note(true);
        old.closeWriter();
        segments.add(fresh);
        if (!base) {
            keeper.deleteLater(segments.retireBefore(first));
        }
    }

    /// Removes everything after `lastKept`, durably before it returns.
    public void truncateSuffix(long lastKept) throws IOException {
        changing(
                "cutting the log's end",
                () -> {
                    if (lastKept >= next || lastKept < first - 1) {
                        throw new IllegalArgumentException(
                                "cannot keep up to %d of %d to %d"
                                        .formatted(lastKept, first, next - 1));
                    }
                    return () -> cut(lastKept);
                });
    }

    private void cut(long lastKept) throws IOException {
        next = lastKept + 1; // readers first
        while (segments.active().firstIndex() > lastKept + 1) {
            Segment dropped = segments.active();
            segments.removeActive();
            segments.active().note(false);
            files.delete(dropped);
        }
        segments.active().cut(lastKept);
    }

    /// Makes `firstKept` the first index. What lies before stays readable for [JournalSettings#retention] at least; whole
    /// segments are deleted later. Beyond the end it empties the log, as [#reset] does.
    public void truncatePrefix(long firstKept) throws IOException {
        changing(
                "cutting the log's front",
                () ->
                        () -> {
                            if (firstKept > next) {
                                startAnew(firstKept);
                            } else if (firstKept > first) {
                                new Bounds(logId, firstKept).write(files.directory(), files.disk());
                                first = firstKept;
                                keeper.deleteLater(segments.retireBefore(firstKept));
                            }
                        });
    }

    /// Empties the log; the next record has index `nextIndex`, which is not below [#firstIndex]. One atomic step: a crash
    /// leaves the old log or the empty one. What was there stays readable below `nextIndex` for a while.
    public void reset(long nextIndex) throws IOException {
        changing(
                "emptying the log",
                () -> {
                    if (nextIndex < first) {
                        throw new IllegalArgumentException(
                                "cannot go back to " + nextIndex + ", before " + first);
                    }
                    return () -> startAnew(nextIndex);
                });
    }

    private void startAnew(long firstIndex) throws IOException {
        roll(true, firstIndex, 0);
        first = firstIndex;
        next = firstIndex;
        List<Segment> gone = segments.retireAllButActive();
        new Bounds(logId, firstIndex).write(files.directory(), files.disk());
        keeper.deleteLater(gone);
    }

    /// The record at `index`, checked against its checksum; empty if the log has none there. Also serves records cut off
    /// at the front a short while ago.
    ///
    /// @throws JournalException if what is on disk is not what was written, or cannot be read: fatal as a failed write
    ///     is, since a node must not go on voting with a log it cannot show
    public Optional<JournalRecord> read(long index) throws IOException {
        Optional<JournalRecord> record = Optional.empty();
        try {
            Optional<Segment> segment = segments.holding(index);
            if (segment.isPresent()) {
                record = segment.get().read(index);
            }
        } catch (IOException e) {
            throw health.failed("reading record " + index, e);
        }
        if (record.isEmpty() && closed) {
            throw new ClosedChannelException();
        }
        return record;
    }

    /// How many bytes the records kept take.
    public long bytes() {
        return segments.live().stream().mapToLong(Segment::end).sum();
    }

    /// How long the change that is under way has taken so far, its fsync included; zero when none is.
    public Duration changing() {
        long since = changingSince;
        return since == 0
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, System.nanoTime() - since));
    }

    /// The first index of the youngest segments that hold `bytes` together; [#firstIndex] when there are fewer.
    public long indexBeforeLast(long bytes) {
        List<Segment> live = new ArrayList<>(segments.live());
        long sum = 0;
        for (Segment segment : live.reversed()) {
            sum += segment.end();
            if (sum >= bytes) {
                return Math.max(segment.firstIndex(), first);
            }
        }
        return first;
    }

    /// The term at `index`, or 0 if there is no record.
    public long term(long index) {
        return segments.holding(index)
                .flatMap(segment -> segment.place(index))
                .map(Place::term)
                .orElse(0L);
    }

    /// The indexes of all records of a type, ascending; from memory. For types that are rare.
    public List<Long> ofType(byte type) {
        List<Long> found = new ArrayList<>();
        for (Segment segment : segments.live()) {
            segment.collect(type, found);
        }
        found.removeIf(index -> index < first);
        return found;
    }

    /// For tests: in the youngest segment, where the records from `index` on begin and end, and which is the first.
    long[] placeOfTail(long index) {
        Segment active = segments.active();
        long from = Math.max(index, active.firstIndex());
        int start = active.place(from).map(Place::offset).orElse(active.end());
        return new long[] {start, active.end(), from};
    }

    private long lastTerm() {
        return term(next - 1);
    }

    /// Reads on from `from` to what is the last record now, with read-ahead.
    public JournalScan scan(long from) {
        return new JournalScan(segments, from, lastIndex());
    }

    /// Reads everything and checks every checksum and the whole chain.
    public void verify() throws IOException {
        for (Segment segment : segments.live()) {
            segment.verify();
        }
    }

    @Override
    public void close() throws IOException {
        keeper.close();
        writing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (health.good()) {
                segments.active().note(false);
            }
        } catch (IOException e) {
            throw health.failed("closing the log", e);
        } finally {
            for (Segment segment : segments.all()) {
                segment.close();
            }
            writing.unlock();
        }
    }

    /// A change in two steps: what may be refused, then what must not fail.
    private void changing(String doing, Change change) throws IOException {
        writing.lock();
        try {
            health.check();
            if (closed) {
                throw new ClosedChannelException();
            }
            Step step = change.checked();
            try {
                changingSince = Math.max(1, System.nanoTime());
                step.run();
            } catch (IOException e) {
                throw health.failed(doing, e);
            } catch (RuntimeException | Error e) {
                throw health.failed(doing, new IOException(e));
            } finally {
                changingSince = 0;
            }
        } finally {
            writing.unlock();
        }
    }

    private interface Change {
        Step checked();
    }

    private interface Step {
        void run() throws IOException;
    }
}
