package io.flotilla.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much room the disk of this node has left, and whether that is enough to go on. Thread-safe.
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

    /// The system is asked at most this often.
    private static final long GLANCE = Duration.ofMillis(100).toNanos();

    private final long reserve;
    private volatile LongSupplier source;
    private volatile long asked;
    private volatile long usable = Long.MAX_VALUE;
    private volatile boolean low;

    /// @param directory on the disk in question
    /// @param reserve in bytes; 0: there is always room
    public DiskRoom(Path directory, long reserve) {
        this.reserve = reserve;
        this.source = () -> usable(directory);
    }

    /// For tests: believes somebody else.
    void believe(LongSupplier other) {
        source = other;
        asked = 0;
    }

    /// What can still be written, in bytes; as it was at most 100 ms ago.
    public long usable() {
        long now = System.nanoTime();
        if (asked == 0 || now - asked > GLANCE) {
            asked = now;
            usable = source.getAsLong();
        }
        return usable;
    }

    private static long usable(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            // not a reason to stop: whoever writes will find out
            LOG.debug("the room on the disk of {} cannot be told", directory, e);
            return Long.MAX_VALUE;
        }
    }

    public long reserve() {
        return reserve;
    }

    /// Whether no more may be taken from clients; over when there is a quarter more than the reserve.
    public boolean isLow() {
        long room = usable();
        low = room < (low ? reserve + reserve / 4 : reserve);
        return low;
    }

    /// Whether not even the log may grow.
    public boolean isExhausted() {
        return usable() < reserve / 4;
    }

    /// For people: `12 MiB are left, less than disk.reserve, 256 MiB`.
    public String says() {
        return "%d MiB are left, less than disk.reserve, %d MiB"
                .formatted(usable() >> 20, reserve >> 20);
    }
}
