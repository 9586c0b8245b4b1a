package io.flotilla.provision;

import io.flotilla.engine.DataFiles;
import io.flotilla.provision.Inventory.Copied;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Goes through the donor's files again and again, and sends each time what the receiver does not have yet.
///
/// What one round sends may be torn, of different moments or half of something: only after a round during which the
/// files rested does the receiver have one state.
final class CopyRound {
    private static final Logger LOG = LoggerFactory.getLogger(CopyRound.class);

    /// A file that was last written at least this long before it was read cannot have changed since without a new time:
    /// writes that were under way then have ended (a time is set when a write begins).
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private final DataFiles source;
    private final SnapshotOutput out;
    private final Inventory inventory;
    private final Transfer transfer;
    private final byte[] buffer = new byte[Chunk.BYTES];

    private long began;

    /// What was known of each file when it was last read to its end.
    private final Map<Path, Seen> seen = new HashMap<>();

    /// @param at when its round began; milliseconds of the file system's clock
    private record Seen(long modified, long size, long at) {
        boolean settled() {
            return at - modified > SETTLED.toMillis();
        }
    }

    CopyRound(DataFiles source, SnapshotOutput out, Inventory inventory, Transfer transfer) {
        this.source = source;
        this.out = out;
        this.inventory = inventory;
        this.transfer = transfer;
    }

    /// @return how many bytes had to be sent
    long run() throws IOException {
        long before = transfer.bytes();
        Set<String> present = new HashSet<>();
        began = now();
        List<Path> paths = source.list();
        for (Path path : paths) {
            copy(path, present);
        }
        forget(present);
        return transfer.bytes() - before;
    }

    /// As the file system tells the time: compared with the times of its files, no other clock will do. Where it cannot
    /// be asked no file has settled.
    private long now() {
        try {
            Path probe = Files.createTempFile(source.directory().resolveSibling(""), "clock", null);
            try {
                return Files.getLastModifiedTime(probe).toMillis();
            } finally {
                Files.delete(probe);
            }
        } catch (IOException e) {
            LOG.debug("the file system does not tell its time", e);
            return 0;
        }
    }

    private void copy(Path path, Set<String> present) throws IOException {
        String name = path.toString();
        try {
            BasicFileAttributes now =
                    Files.readAttributes(
                            source.directory().resolve(path), BasicFileAttributes.class);
            present.add(name);
            if (now.isDirectory()) {
                directory(name);
            } else {
                file(path, now);
            }
        } catch (NoSuchFileException e) {
            // Dropped since it was listed; it is gone in the next round.
            present.remove(name);
        }
    }

    private void directory(String name) throws IOException {
        if (!inventory.hasDirectory(name)) {
            inventory.directory(name);
            out.directory(name);
        }
    }

    private void file(Path path, BasicFileAttributes now) throws IOException {
        Seen last = seen.get(path);
        Seen next = new Seen(now.lastModifiedTime().toMillis(), now.size(), began);
        if (last != null
                && last.settled()
                && last.modified() == next.modified()
                && last.size() == next.size()) {
            return;
        }
        read(path, now.size());
        seen.put(path, next);
    }

    private void read(Path path, long size) throws IOException {
        String name = path.toString();
        boolean fresh = !inventory.hasFile(name);
        Copied copied = inventory.file(name);
        if (fresh || copied.size() != size) {
            copied.resize(size);
            out.size(name, size);
        }
        try (FileChannel channel =
                FileChannel.open(source.directory().resolve(path), StandardOpenOption.READ)) {
            for (int chunk = 0; chunk < Chunk.count(size); chunk++) {
                int length = Chunk.length(size, chunk);
                fill(channel, (long) chunk * Chunk.BYTES, length);
                long sum = Chunk.sum(buffer, length);
                if (!copied.has(chunk, sum)) {
                    out.chunk(name, chunk, sum, buffer, length);
                    copied.put(chunk, sum);
                    transfer.add(length);
                }
            }
        }
    }

    /// A file that is cut while it is read ends in zeros here, and is read again in the next round.
    private void fill(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, length);
        while (into.hasRemaining()) {
            if (channel.read(into, position + into.position()) < 0) {
                Arrays.fill(buffer, into.position(), length, (byte) 0);
                return;
            }
        }
    }

    private void forget(Set<String> present) throws IOException {
        Set<String> gone = new HashSet<>(inventory.files().keySet());
        gone.addAll(inventory.directories());
        gone.removeAll(present);
        // The longest first: a directory is empty when its turn comes.
        for (String name :
                gone.stream().sorted((a, b) -> Integer.compare(b.length(), a.length())).toList()) {
            inventory.forget(name);
            seen.remove(Path.of(name));
            out.gone(name);
        }
    }
}
