package io.flotilla.consensus.journal;

import io.flotilla.consensus.journal.Disk.DiskFile;
import io.flotilla.consensus.journal.SegmentIndex.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One file of the journal: a block with header and marks, then frames, then zeros.
///
/// Reading is safe from any thread; everything else belongs to the journal's writer.
final class Segment {
    static final int DATA_START = 4096;

    private final Disk disk;
    private final SegmentHeader header;
    private final ReadOnlyFile readers;
    private final long capacity;
    private final int tag;
    private final SegmentIndex index;
    private @Nullable DiskFile writer;
    private Marks marks;
    private int lastCrc;

    private Segment(Disk disk, SegmentHeader header, ReadOnlyFile readers, Marks marks)
            throws IOException {
        this.disk = disk;
        this.header = header;
        this.readers = readers;
        this.capacity = readers.size() / Frame.ALIGN * Frame.ALIGN;
        this.marks = marks;
        this.tag = Frame.tag(header.logId());
        this.index = new SegmentIndex(header.firstIndex(), DATA_START);
        this.lastCrc = header.chainStart();
    }

    /// Opens a file that has its name; its records are still to be scanned.
    static Segment open(Disk disk, Path path) throws IOException {
        ReadOnlyFile file = new ReadOnlyFile(disk, path);
        try {
            ByteBuffer block = ByteBuffer.allocate(DATA_START);
            file.read(block, 0);
            if (block.remaining() < DATA_START) {
                throw new CorruptJournalException(
                        path + " is damaged: it has only " + block.remaining() + " bytes");
            }
            byte[] head = new byte[SegmentHeader.BYTES];
            block.get(0, head);
            return new Segment(disk, SegmentHeader.decode(head, path), file, Marks.youngest(block));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    SegmentHeader header() {
        return header;
    }

    Path path() {
        return readers.path();
    }

    Marks marks() {
        return marks;
    }

    long firstIndex() {
        return header.firstIndex();
    }

    long nextIndex() {
        return index.nextIndex();
    }

    long lastTerm() {
        return index.lastTerm();
    }

    int lastCrc() {
        return lastCrc;
    }

    int end() {
        return index.end();
    }

    long capacity() {
        return capacity;
    }

    int tag() {
        return tag;
    }

    Window window(long limit) {
        return new Window(readers, limit);
    }

    /// Takes a frame that a scan found at [#end].
    void found(Frame frame) {
        index.add(frame.term(), frame.type(), (int) frame.size());
        lastCrc = frame.crc();
    }

    /// How many of the records, from the first one on, still fit.
    int fitting(List<JournalRecord> records) {
        long left = capacity - index.end();
        int fit = 0;
        for (JournalRecord record : records) {
            left -= Frame.size(record.payload().length);
            if (left < 0) {
                break;
            }
            fit++;
        }
        return fit;
    }

    /// Writes a batch that fits and syncs it. Only then do readers find it.
    ///
    /// @param note whether to note as durable, in the same sync, what was durable before
    void append(List<JournalRecord> batch, FrameWriter frames, boolean note) throws IOException {
        DiskFile file = writer();
        int crc = frames.write(file, index.end(), batch, lastCrc, tag);
        if (note) {
            put(marks.durable(index.nextIndex() - 1));
        }
        file.force(false);
        lastCrc = crc;
        for (JournalRecord record : batch) {
            index.add(record.term(), record.type(), (int) Frame.size(record.payload().length));
        }
    }

    void collect(byte type, List<Long> into) {
        index.collect(type, into);
    }

    Optional<Place> place(long wanted) {
        return index.find(wanted);
    }

    /// The record at an index, or nothing if it is not here (any more).
    Optional<JournalRecord> read(long wanted) throws IOException {
        Optional<Place> place = index.find(wanted);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(place.get().size());
        try {
            readers.read(bytes, place.get().offset());
        } catch (ClosedChannelException | NoSuchFileException e) {
            return Optional.empty(); // deleted under our hands, long after it was cut off
        }
        return check(bytes, wanted, place.get());
    }

    /// The same through a window that moves forward.
    Optional<JournalRecord> read(long wanted, Window window) throws IOException {
        Optional<Place> place = index.find(wanted);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        int offset = place.get().offset();
        int size = place.get().size();
        if (!window.has(offset, size)) {
            throw new CorruptJournalException(
                    path() + " is damaged: it ends before record " + wanted);
        }
        ByteBuffer bytes = window.load(offset, size).slice(window.offset(offset), size);
        return check(bytes, wanted, place.get());
    }

    private Optional<JournalRecord> check(ByteBuffer bytes, long wanted, Place place)
            throws CorruptJournalException {
        if (bytes.limit() == place.size() && Frame.headerAt(bytes, 0, tag)) {
            Frame frame = Frame.at(bytes, 0);
            if (frame.index() == wanted && frame.size() == place.size() && frame.intact(bytes, 0)) {
                return Optional.of(frame.record(bytes, 0));
            }
        }
        if (!index.find(wanted).equals(Optional.of(place))) {
            return Optional.empty(); // cut off at the end while we read
        }
        throw new CorruptJournalException(
                path() + " is damaged: the record of index " + wanted + " is not what was written");
    }

    /// Checks every record the segment has now, and their chain.
    void verify() throws IOException {
        long until = index.nextIndex();
        SegmentScan scan = new SegmentScan(this, index.end());
        for (long at = header.firstIndex(); at < until; at++) {
            if (scan.next() == null && index.nextIndex() >= until) {
                throw new CorruptJournalException(
                        "%s is damaged at byte %d, record %d: %s"
                                .formatted(path(), scan.at(), at, scan.stopped()));
            }
        }
    }

    /// The CRC of the record at `wanted`, or of the one before the segment.
    private int crcAt(long wanted) throws IOException {
        if (wanted == header.firstIndex() - 1) {
            return header.chainStart();
        }
        Place place = index.find(wanted).orElseThrow();
        ByteBuffer bytes = ByteBuffer.allocate(place.size());
        readers.read(bytes, place.offset());
        check(bytes, wanted, place);
        return bytes.getInt(0);
    }

    /// Cuts off everything after `lastKept`, durably. Three steps: note the cut (synced: from here on it has happened),
    /// overwrite with zeros (synced: before that nobody may think it done), note that it is done.
    void cut(long lastKept) throws IOException {
        if (lastKept + 1 == nextIndex()) {
            return;
        }
        int crc = crcAt(lastKept);
        int from = index.find(lastKept + 1).orElseThrow().offset();
        int to = index.end();
        put(marks.cut(from, to, lastKept));
        writer().force(false);
        index.truncate(lastKept);
        lastCrc = crc;
        finishCut();
    }

    /// The rest of a cut, also of one that a crash interrupted.
    void finishCut() throws IOException {
        zero(marks.cutFrom(), marks.cutTo());
        // Both slots: were the younger one damaged later, the older would cut again what was
        // appended since. Synced with
        // the next append, which is acknowledged only then.
        put(marks.cutDone());
        put(marks.cutDone());
    }

    /// Overwrites a range with zeros and syncs it.
    void zero(long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(to - from, FrameWriter.BUFFER));
        for (long at = from; at < to; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
            writer().write(zeros, at);
        }
        writer().force(false);
    }

    /// Notes durably that all is on disk, and whether another segment follows.
    void note(boolean successor) throws IOException {
        put(marks.durable(nextIndex() - 1, successor));
        writer().force(false);
    }

    private void put(Marks next) throws IOException {
        writer().write(next.encode(), next.position());
        marks = next;
    }

    private DiskFile writer() throws IOException {
        DiskFile open = writer;
        if (open == null) {
            open = disk.open(path(), StandardOpenOption.WRITE);
            writer = open;
        }
        return open;
    }

    void closeWriter() throws IOException {
        DiskFile open = writer;
        writer = null;
        if (open != null) {
            open.close();
        }
    }

    void close() throws IOException {
        closeWriter();
        readers.close();
    }
}
