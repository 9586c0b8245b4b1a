package io.flotilla.provision;

import io.flotilla.binlog.Gtid;
import io.flotilla.provision.Inventory.Copied;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The receiver's end of the stream: writes what comes where it belongs, and believes nothing.
///
/// Every chunk must have its sums, every name must stay inside the directory, and at the end the donor's digest over all
/// that should be here must be that of what is here.
final class SnapshotInput implements AutoCloseable {
    private static final int BUFFER = 256 << 10;

    /// Files kept open; more are opened as needed.
    private static final int OPEN_FILES = 64;

    private static final int DIGEST_BYTES = 32;
    private static final int MAX_FILES = 10_000_000;

    /// What MariaDB makes: names with letters beyond ASCII are written `@0041`. One directory deep at most.
    private static final Pattern NAME = Pattern.compile("[^/\\x00]{1,255}(/[^/\\x00]{1,255})?");

    private final DataInputStream in;
    private final Path root;
    private final Transfer transfer;
    private final Inventory inventory = new Inventory();
    private final List<String> names = new ArrayList<>();
    private final byte[] buffer = new byte[Chunk.BYTES];
    private final Map<String, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

    /// How long the files are together.
    private long total;

    SnapshotInput(InputStream in, Path root, Transfer transfer) {
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
        this.root = root;
        this.transfer = transfer;
    }

    /// The disk's; asked for again and again.
    @FunctionalInterface
    interface Room {
        long bytes() throws IOException;
    }

    /// The donor's answer.
    ///
    /// @return the version of its server
    /// @throws SnapshotException if it gives nothing
    String accepted() throws IOException {
        byte answer = in.readByte();
        if (answer == SnapshotOutput.REFUSED) {
            throw new SnapshotException(in.readUTF());
        }
        if (answer != SnapshotOutput.ACCEPTED) {
            throw damaged("it begins with " + answer);
        }
        String version = in.readUTF();
        transfer.expect(in.readLong());
        return version;
    }

    /// Takes everything to the end.
    ///
    /// @throws SnapshotException if the donor gives up, or what came is not what it sent
    ///
    /// @param room how many bytes may still be written here
    SnapshotEnd receive(Room room) throws IOException {
        while (true) {
            byte kind = in.readByte();
            switch (kind) {
                case SnapshotOutput.DIRECTORY -> directory(in.readUTF());
                case SnapshotOutput.FILE -> name(in.readInt(), in.readUTF());
                case SnapshotOutput.SIZE -> size(known(in.readInt()), in.readLong(), room);
                case SnapshotOutput.CHUNK -> chunk(known(in.readInt()));
                case SnapshotOutput.GONE -> gone(in.readUTF());
                case SnapshotOutput.WAIT -> requireRoom(room);
                case SnapshotOutput.FAILED -> throw new SnapshotException(in.readUTF());
                case SnapshotOutput.END -> {
                    return end();
                }
                default -> throw damaged("it goes on with " + kind);
            }
        }
    }

    private static void requireRoom(Room room) throws IOException {
        if (room.bytes() <= 0) {
            throw new SnapshotException("the disk is full");
        }
    }

    private void directory(String name) throws IOException {
        Files.createDirectories(place(name));
        inventory.directory(name);
    }

    private void name(int number, String name) throws IOException {
        if (number != names.size() || number >= MAX_FILES) {
            throw damaged("file " + number + " follows " + names.size());
        }
        place(name);
        names.add(name);
    }

    private String known(int number) throws IOException {
        if (number < 0 || number >= names.size()) {
            throw damaged("it speaks of file " + number + " and has not named it");
        }
        return names.get(number);
    }

    private Path place(String name) throws IOException {
        try {
            Path place = root.resolve(name).normalize();
            if (NAME.matcher(name).matches() && place.startsWith(root) && !place.equals(root)) {
                return place;
            }
        } catch (InvalidPathException e) {
            // No name for this system either.
        }
        throw damaged("a file named '" + name + "'");
    }

    /// INVARIANT: all files together are no longer than the disk is, and so are their sums in memory: what has come takes
    /// room already.
    private void size(String name, long size, Room room) throws IOException {
        Copied copied = inventory.file(name);
        long others = total - copied.size();
        if (size < 0
                || size / Chunk.BYTES >= Integer.MAX_VALUE
                || size - room.bytes() > transfer.bytes() - others) {
            throw damaged(name + " has " + size + " bytes");
        }
        FileChannel channel = channel(name);
        total = others + size;
        if (size < copied.size()) {
            channel.truncate(size);
        }
        copied.resize(size);
    }

    private void chunk(String name) throws IOException {
        int chunk = in.readInt();
        int length = in.readInt();
        long sum = in.readLong();
        Copied copied = inventory.file(name);
        if (chunk < 0
                || chunk >= Chunk.count(copied.size())
                || length != Chunk.length(copied.size(), chunk)) {
            throw damaged("%d bytes as piece %d of %s".formatted(length, chunk, name));
        }
        in.readFully(buffer, 0, length);
        if (Chunk.sum(buffer, length) != sum) {
            throw damaged(
                    "piece %d of %s has other sums than its donor said".formatted(chunk, name));
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
        long position = (long) chunk * Chunk.BYTES;
        FileChannel channel = channel(name);
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
        copied.put(chunk, sum);
        transfer.add(length);
    }

    private void gone(String name) throws IOException {
        Path place = place(name);
        FileChannel channel = open.remove(name);
        if (channel != null) {
            channel.close();
        }
        Files.deleteIfExists(place);
        if (inventory.hasFile(name)) {
            total -= inventory.file(name).size();
        }
        inventory.forget(name);
    }

    private SnapshotEnd end() throws IOException {
        SnapshotEnd end = new SnapshotEnd(position(in.readUTF()), in.readLong());
        byte[] digest = in.readNBytes(DIGEST_BYTES);
        if (!inventory.whole() || !MessageDigest.isEqual(digest, inventory.digest(end))) {
            throw damaged("what is here is not what its donor says it sent");
        }
        close();
        for (Map.Entry<String, Copied> file : inventory.files().entrySet()) {
            if (Files.size(place(file.getKey())) != file.getValue().size()) {
                throw damaged(file.getKey() + " has another length on the disk");
            }
        }
        return end;
    }

    private static Gtid position(String text) throws SnapshotException {
        try {
            return Gtid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new SnapshotException("the copy is damaged: a position '" + text + "'", e);
        }
    }

    private FileChannel channel(String name) throws IOException {
        FileChannel channel = open.get(name);
        if (channel == null) {
            if (open.size() >= OPEN_FILES) {
                String eldest = open.keySet().iterator().next();
                FileChannel closing = open.remove(eldest);
                if (closing != null) {
                    closing.close();
                }
            }
            channel =
                    FileChannel.open(
                            place(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            open.put(name, channel);
        }
        return channel;
    }

    private static SnapshotException damaged(String how) {
        return new SnapshotException("the copy is damaged: " + how);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : open.values()) {
            channel.close();
        }
        open.clear();
    }
}
