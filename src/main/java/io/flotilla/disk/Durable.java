package io.flotilla.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes and renames of which nothing is lost once they have returned.
///
/// A name is durable only when the directory that holds it was synced (fsync(2)): else a power loss may take a new file,
/// or bring back one that was deleted.
public final class Durable {
    private Durable() {}

    /// Makes a file's content, or the names in a directory, durable.
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Makes durable that this name is there, or is not.
    public static void syncName(Path path) throws IOException {
        sync(directoryOf(path));
    }

    /// Puts `content` where `file` is, wholly or not at all.
    public static void replace(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, content);
        sync(fresh);
        rename(fresh, file);
    }

    /// Moves a file that is durable already within its file system, in place of one that may be there.
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncName(to);
    }

    /// Makes a directory and those above it that are not there.
    public static void createDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        createDirectory(directoryOf(directory));
        Files.createDirectories(directory);
        syncName(directory);
    }

    private static Path directoryOf(Path path) {
        Path above = path.toAbsolutePath().getParent();
        if (above == null) {
            throw new IllegalArgumentException("no directory holds " + path);
        }
        return above;
    }
}
