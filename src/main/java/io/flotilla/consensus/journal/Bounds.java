package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// Where the log begins: written before the files in front of it are deleted, so that a missing one is told from one
/// that was given up.
///
/// @param firstIndex the first index kept
record Bounds(UUID logId, long firstIndex) {
    static final String NAME = "bounds";
    private static final long MAGIC = 0x464c4f54_424e4453L; // FLOTBNDS
    private static final int VERSION = 1;

    static Bounds read(Path directory, Disk disk) throws IOException {
        CheckedFile file = file(directory, disk);
        if (!Files.exists(file.path())) {
            throw new MissingStateException(
                    file.path()
                            + " is missing: this node has lost its log, and does not vote as if"
                            + " nothing had happened");
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(file.read());
            return new Bounds(new UUID(bytes.getLong(), bytes.getLong()), bytes.getLong());
        } catch (BufferUnderflowException e) {
            throw new CorruptJournalException(file.path() + " is damaged: " + e);
        }
    }

    void write(Path directory, Disk disk) throws IOException {
        byte[] body =
                ByteBuffer.allocate(24)
                        .putLong(logId.getMostSignificantBits())
                        .putLong(logId.getLeastSignificantBits())
                        .putLong(firstIndex)
                        .array();
        file(directory, disk).write(body);
    }

    private static CheckedFile file(Path directory, Disk disk) {
        return new CheckedFile(disk, directory.resolve(NAME), MAGIC, VERSION);
    }
}
