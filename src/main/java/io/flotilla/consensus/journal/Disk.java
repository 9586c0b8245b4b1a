package io.flotilla.consensus.journal;

import io.flotilla.disk.Durable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// What journal and vote ask of the file system; the seam where tests let it fail.
interface Disk {
    Disk REAL = new RealDisk();

    DiskFile open(Path path, OpenOption... options) throws IOException;

    /// Makes the names in a directory durable: a file that was created, renamed or deleted may otherwise be back, or
    /// gone, after a power loss.
    void syncDirectory(Path directory) throws IOException;

    void move(Path from, Path to) throws IOException;

    void delete(Path path) throws IOException;

    /// One open file.
    interface DiskFile extends AutoCloseable {
        /// Reads at least one byte, or returns -1 at the end.
        int read(ByteBuffer into, long position) throws IOException;

        /// Writes all of `from`.
        void write(ByteBuffer from, long position) throws IOException;

        /// fdatasync, or fsync when `metadata`.
        void force(boolean metadata) throws IOException;

        long size() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// The file system.
    final class RealDisk implements Disk {
        @Override
        public DiskFile open(Path path, OpenOption... options) throws IOException {
            return new RealFile(FileChannel.open(path, options));
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            Durable.sync(directory);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.deleteIfExists(path);
        }
    }

    /// A file channel.
    record RealFile(FileChannel channel) implements DiskFile {
        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            channel.force(metadata);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
