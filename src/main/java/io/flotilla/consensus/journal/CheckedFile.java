package io.flotilla.consensus.journal;

import io.flotilla.consensus.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A small file that is replaced as a whole: written beside itself, synced, renamed, its directory synced.
///
/// A crash at any point leaves the old content or the new one, since rename is atomic and the new content is durable
/// before it gets the name; so a wrong checksum never means a torn write, always damage.
final class CheckedFile {
    private static final int HEADER = 20;
    private static final int MAX_BODY = 64 << 20;

    private final Disk disk;
    private final Path path;
    private final long magic;
    private final int version;

    CheckedFile(Disk disk, Path path, long magic, int version) {
        this.disk = disk;
        this.path = path;
        this.magic = magic;
        this.version = version;
    }

    Path path() {
        return path;
    }

    void write(byte[] body) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + body.length);
        bytes.putLong(magic).putInt(version).putInt(body.length).putInt(0).put(body);
        bytes.putInt(HEADER - 4, checksum(bytes.array())).flip();
        Path beside = path.resolveSibling(path.getFileName() + ".tmp");
        try (DiskFile file =
                disk.open(
                        beside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            file.write(bytes, 0);
            file.force(true);
        }
        disk.move(beside, path);
        disk.syncDirectory(directory());
    }

    byte[] read() throws IOException {
        long size = Files.size(path);
        if (size < HEADER || size > MAX_BODY) {
            throw damaged("it has " + size + " bytes");
        }
        byte[] all = Files.readAllBytes(path);
        ByteBuffer bytes = ByteBuffer.wrap(all);
        if (bytes.getLong() != magic) {
            throw damaged("it is no such file");
        }
        // The version stands at the same place in every version, so that a newer one is named, not
        // called damaged.
        int found = bytes.getInt();
        if (found > version) {
            throw new NewerFormatException(
                    path
                            + " has format "
                            + found
                            + "; this program knows "
                            + version
                            + " and older");
        }
        if (bytes.getInt() != all.length - HEADER || bytes.getInt() != checksum(all)) {
            throw damaged("its checksum is wrong");
        }
        byte[] body = new byte[all.length - HEADER];
        bytes.get(body);
        return body;
    }

    private Path directory() {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no directory above " + path);
        }
        return parent;
    }

    private CorruptJournalException damaged(String how) {
        return new CorruptJournalException(path + " is damaged: " + how);
    }

    private static int checksum(byte[] all) {
        CRC32C crc = new CRC32C();
        crc.update(all, 0, HEADER - 4);
        crc.update(all, HEADER, all.length - HEADER);
        return (int) crc.getValue();
    }
}
