package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/// The real disk without its syncs.
final class UnsyncedDisk implements Disk {
    @Override
    public DiskFile open(Path path, OpenOption... options) throws IOException {
        return new Unsynced(REAL.open(path, options));
    }

    @Override
    public void syncDirectory(Path directory) {}

    @Override
    public void move(Path from, Path to) throws IOException {
        REAL.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        REAL.delete(path);
    }

    private record Unsynced(DiskFile file) implements DiskFile {
        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            file.write(from, position);
        }

        @Override
        public void force(boolean metadata) {}

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
