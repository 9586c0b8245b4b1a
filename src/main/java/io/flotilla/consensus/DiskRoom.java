package io.flotilla.consensus;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much room the disk of this node has left, in bytes and in files, and the process in descriptors, and whether that
/// is enough to go on. Thread-safe.
///
/// ```
/// room ≥ reserve          all goes on
/// room < reserve          low: this node does not lead if another can, and takes no writes of clients
/// room < reserve / 4      exhausted: it takes no entries of the log either, until there is more again
/// ```
///
/// INVARIANT: the log's own files are never the ones that meet a full disk: what is under way when the room becomes low
/// (64 MiB at most) fits into what is left.
public final class DiskRoom {
    private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);

    /// A server makes some files for each table, and a rebuild all of them anew.
    public static final long INODES = 2000;

    /// Of which the log, its peers and the server's connections need some tens; the rest are clients'.
    public static final long DESCRIPTORS = 128;

    /// Where there are few at all, this part of them is kept.
    private static final int PART = 20;

    private final Supply bytes;
    private final Supply inodes;
    private final Supply descriptors;
    private final List<Supply> all;

    /// @param directory on the disk in question
    /// @param reserve in bytes; 0: there is always room
    public DiskRoom(Path directory, long reserve) {
        bytes =
                new Supply(
                        reserve,
                        new Usable(directory),
                        left ->
                                "%d MiB are left, less than disk.reserve, %d MiB"
                                        .formatted(left >> 20, reserve >> 20));
        long files = reserve == 0 ? 0 : Math.min(INODES, Inodes.total(directory) / PART);
        inodes =
                new Supply(
                        files,
                        () -> Inodes.left(directory),
                        left ->
                                "%d more files (inodes) fit on the disk, less than %d"
                                        .formatted(left, files));
        long kept = reserve == 0 ? 0 : Math.min(DESCRIPTORS, maxDescriptors() / PART);
        descriptors =
                new Supply(
                        kept,
                        DiskRoom::freeDescriptors,
                        left ->
                                "the process may open %d more descriptors, less than %d (ulimit -n)"
                                        .formatted(left, kept));
        all = List.of(bytes, inodes, descriptors);
    }

    /// For tests: believes somebody else about the bytes.
    public void believe(LongSupplier other) {
        bytes.believe(other);
    }

    void believeInodes(LongSupplier other) {
        inodes.believe(other);
    }

    void believeDescriptors(LongSupplier other) {
        descriptors.believe(other);
    }

    /// What can still be written, in bytes; as it was at most 100 ms ago.
    public long usable() {
        return bytes.left();
    }

    /// Finds the file system once, which is a search through all that are mounted.
    private static final class Usable implements LongSupplier {
        private final Path directory;
        private volatile @Nullable FileStore store;

        Usable(Path directory) {
            this.directory = directory;
        }

        @Override
        public long getAsLong() {
            try {
                @Nullable FileStore found = store;
                if (found == null) {
                    found = Files.getFileStore(directory);
                    store = found;
                }
                return found.getUsableSpace();
            } catch (IOException e) {
                // not a reason to stop: whoever writes will find out
                LOG.debug("the room on the disk of {} cannot be told", directory, e);
                return Supply.UNCOUNTED;
            }
        }
    }

    /// How many files the disk can still take; `Long.MAX_VALUE` where nobody counts them.
    public long inodes() {
        return inodes.left();
    }

    /// How many descriptors this process may still open; `Long.MAX_VALUE` where nobody counts them.
    public long descriptors() {
        return descriptors.left();
    }

    private static long maxDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Supply.UNCOUNTED;
    }

    private static long freeDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount()
                : Supply.UNCOUNTED;
    }

    /// In bytes.
    public long reserve() {
        return bytes.reserve();
    }

    /// Whether no more may be taken from clients; over when there is a quarter more than the reserve.
    public boolean isLow() {
        boolean low = false;
        for (Supply each : all) {
            // each is asked: what is low remembers it
            low |= each.isLow();
        }
        return low;
    }

    /// Whether not even the log may grow.
    public boolean isExhausted() {
        return all.stream().anyMatch(Supply::isExhausted);
    }

    /// For people: `12 MiB are left, less than disk.reserve, 256 MiB`.
    public String says() {
        return all.stream().filter(Supply::isLow).findFirst().orElse(bytes).says();
    }
}
