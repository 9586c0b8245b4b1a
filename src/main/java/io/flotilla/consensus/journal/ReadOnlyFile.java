package io.flotilla.consensus.journal;

import io.flotilla.consensus.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file for readers on any thread.
///
/// A file channel is closed for everybody when one thread is interrupted inside it. So readers have a channel apart
/// from the writer's, and open it anew when another reader's interruption, or their own, closed it.
final class ReadOnlyFile implements AutoCloseable {
    private final Disk disk;
    private final Path path;
    private DiskFile file;
    private boolean closed;

    ReadOnlyFile(Disk disk, Path path) throws IOException {
        this.disk = disk;
        this.path = path;
        this.file = disk.open(path, StandardOpenOption.READ);
    }

    Path path() {
        return path;
    }

    long size() throws IOException {
        return current().size();
    }

    /// Fills `into` from `position` on as far as the file goes, and flips it.
    void read(ByteBuffer into, long position) throws IOException {
        boolean interrupted = false;
        try {
            while (into.hasRemaining()) {
                DiskFile from = current();
                try {
                    if (from.read(into, position + into.position()) < 0) {
                        break;
                    }
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(from, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        into.flip();
    }

    private synchronized DiskFile current() {
        return file;
    }

    // Whether it is the same open file, not one that is equal.
    @SuppressWarnings("ReferenceEquality")
    private synchronized void reopen(DiskFile broken, ClosedChannelException why)
            throws IOException {
        if (closed) {
            throw why;
        }
        if (file == broken) {
            file = disk.open(path, StandardOpenOption.READ);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        file.close();
    }
}
