package io.flotilla.consensus.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A disk that loses what was not synced. Files are real, nothing is synced really; what each sector and each name was
/// at the last sync is remembered, and [#crash] brings a random part of it back: any of the sectors, and the changes of
/// names from some point on (file systems keep their order).
///
/// It can also be told to fail at the n-th operation from now.
final class CrashDisk implements Disk {
    private static final int SECTOR = 512;

    private final Random random;
    private final Map<Path, TreeMap<Long, byte[]>> unsynced = new HashMap<>();
    private final Deque<Runnable> undoNames = new ArrayDeque<>();
    private final Path kept;
    private long operationsLeft = Long.MAX_VALUE;
    private IOException failure = new IOException("never");
    private boolean failOnce;
    private int keptFiles;
    private int writes;
    private int forces;

    CrashDisk(Path kept, long seed) throws IOException {
        this.kept = Files.createDirectories(kept);
        this.random = new Random(seed);
    }

    /// The power goes off.
    static final class PowerOff extends IOException {
        private static final long serialVersionUID = 1L;
    }

    synchronized void failAfter(long operations, IOException with) {
        operationsLeft = operations;
        failure = with;
        failOnce = false;
    }

    /// As a kernel does: the sync that failed is the only one to tell.
    synchronized void failOnceAfter(long operations, IOException with) {
        failAfter(operations, with);
        failOnce = true;
    }

    synchronized int writes() {
        return writes;
    }

    synchronized int forces() {
        return forces;
    }

    /// Takes away a random part of what was not synced.
    synchronized void crash() throws IOException {
        int undone = random.nextInt(undoNames.size() + 1);
        for (int i = 0; i < undone; i++) {
            undoNames.pop().run();
        }
        for (Map.Entry<Path, TreeMap<Long, byte[]>> file : unsynced.entrySet()) {
            if (Files.exists(file.getKey())) {
                loseSectors(file.getKey(), file.getValue());
            }
        }
        unsynced.clear();
        undoNames.clear();
        operationsLeft = Long.MAX_VALUE;
    }

    private void loseSectors(Path path, Map<Long, byte[]> before) throws IOException {
        int odds = random.nextInt(5);
        try (DiskFile file = Disk.REAL.open(path, StandardOpenOption.WRITE)) {
            for (Map.Entry<Long, byte[]> sector : before.entrySet()) {
                if (random.nextInt(4) < odds) {
                    file.write(ByteBuffer.wrap(sector.getValue()), sector.getKey());
                }
            }
        }
    }

    private synchronized void operate() throws IOException {
        if (operationsLeft-- <= 0) {
            if (failOnce) {
                operationsLeft = Long.MAX_VALUE;
            }
            throw failure;
        }
    }

    @Override
    public synchronized DiskFile open(Path path, OpenOption... options) throws IOException {
        operate();
        boolean fresh = !Files.exists(path);
        DiskFile file = Disk.REAL.open(path, options);
        if (fresh) {
            undoNames.push(() -> quietly(() -> Files.deleteIfExists(path)));
        }
        if (Arrays.asList(options).contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            unsynced.remove(path);
        }
        return new Watched(path, file);
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        operate();
        undoNames.clear();
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        operate();
        Path old = keep(to);
        Disk.REAL.move(from, to);
        TreeMap<Long, byte[]> lost = unsynced.remove(from);
        unsynced.remove(to);
        if (lost != null) {
            unsynced.put(to, lost);
        }
        undoNames.push(() ->
                quietly(() -> {
                    Disk.REAL.move(to, from);
                    if (Files.exists(old)) {
                        Disk.REAL.move(old, to);
                    }
                    TreeMap<Long, byte[]> back = unsynced.remove(to);
                    if (back != null) {
                        unsynced.put(from, back);
                    }
                }));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        operate();
        if (Files.exists(path)) {
            Path old = keep(path);
            Disk.REAL.delete(path);
            undoNames.push(() -> quietly(() -> Disk.REAL.move(old, path)));
        }
    }

    private Path keep(Path path) throws IOException {
        Path copy = kept.resolve("kept-" + keptFiles++);
        if (Files.isRegularFile(path)) {
            Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void quietly(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Watched implements DiskFile {
        private final Path path;
        private final DiskFile file;

        Watched(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (CrashDisk.this) {
                operate();
                writes++;
                remember(position, position + from.remaining());
                file.write(from, position);
            }
        }

        private void remember(long from, long to) throws IOException {
            TreeMap<Long, byte[]> sectors = unsynced.computeIfAbsent(path, p -> new TreeMap<>());
            try (DiskFile reader = Disk.REAL.open(path, StandardOpenOption.READ)) {
                for (long at = from / SECTOR * SECTOR; at < to; at += SECTOR) {
                    ByteBuffer old = ByteBuffer.allocate(SECTOR);
                    reader.read(old, at);
                    sectors.putIfAbsent(at, old.array());
                }
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synchronized (CrashDisk.this) {
                operate();
                forces++;
                unsynced.remove(path);
            }
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
