package io.flotilla.consensus.journal;

import io.flotilla.consensus.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of a journal's directory: names, and how a segment comes to be.
///
/// A segment is preallocated with real zeros and synced before it is used, so that appending to it changes no metadata
/// and a fdatasync is one write to the disk (half the time of a growing file, measured). The next one is prepared beside
/// the current one as the spare.
final class SegmentFiles {
    private static final Pattern NAME = Pattern.compile("(\\d{20})\\.segment");
    private static final String SPARE = "spare.tmp";
    private static final int FILL = 1 << 20;

    /// Syncing in small pieces keeps a running fdatasync of the log from waiting behind one big one.
    private static final int FILL_SYNC = 4 << 20;

    private final Path directory;
    private final Disk disk;
    private final int segmentBytes;

    SegmentFiles(Path directory, Disk disk, int segmentBytes) {
        this.directory = directory;
        this.disk = disk;
        this.segmentBytes = segmentBytes;
    }

    Path directory() {
        return directory;
    }

    Disk disk() {
        return disk;
    }

    /// The segments that are there, by number.
    NavigableMap<Long, Path> list() throws IOException {
        NavigableMap<Long, Path> found = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.put(Long.parseLong(name.group(1)), file);
                }
            }
        }
        return found;
    }

    /// Makes a segment that has room for `firstRecord` bytes; durable, name included, when this returns.
    synchronized Segment create(SegmentHeader header, long firstRecord) throws IOException {
        long size = Math.max(segmentBytes, Segment.DATA_START + firstRecord);
        prepareSpare(size);
        Path path = directory.resolve("%020d.segment".formatted(header.sequence()));
        if (Files.exists(path)) {
            throw new IOException(path + " exists already");
        }
        try (DiskFile file = disk.open(spare(), StandardOpenOption.WRITE)) {
            file.write(header.encode(), 0);
            file.force(true);
        }
        disk.move(spare(), path);
        disk.syncDirectory(directory);
        return Segment.open(disk, path);
    }

    /// Makes the next segment's file if it is not there.
    void prepareSpare() throws IOException {
        prepareSpare(segmentBytes);
    }

    private synchronized void prepareSpare(long size) throws IOException {
        if (spareIsGood(size)) {
            return;
        }
        try (DiskFile file =
                disk.open(
                        spare(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            fill(file, size);
        } catch (IOException e) {
            disk.delete(spare()); // half a spare would only fill the disk further
            throw e;
        }
    }

    private static void fill(DiskFile file, long size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(FILL, size));
        for (long at = 0; at < size; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(FILL, size - at));
            file.write(zeros, at);
            if ((at + zeros.limit()) % FILL_SYNC == 0) {
                file.force(false);
            }
        }
        file.force(true);
    }

    /// A spare is written from front to back, and its first block gets a header only just before it is renamed.
    private boolean spareIsGood(long size) throws IOException {
        if (!Files.exists(spare()) || Files.size(spare()) != size) {
            return false;
        }
        ByteBuffer block = ByteBuffer.allocate(Segment.DATA_START);
        try (DiskFile file = disk.open(spare(), StandardOpenOption.READ)) {
            while (block.hasRemaining() && file.read(block, block.position()) > 0) {
                // until the block is there
            }
        }
        return block.flip().mismatch(ByteBuffer.allocate(Segment.DATA_START)) < 0;
    }

    private Path spare() {
        return directory.resolve(SPARE);
    }

    /// Deletes a segment; durable when this returns.
    void delete(Segment segment) throws IOException {
        segment.close();
        disk.delete(segment.path());
        disk.syncDirectory(directory);
    }

    void delete(Path path) throws IOException {
        disk.delete(path);
    }
}
