package io.flotilla.consensus.journal;

import io.flotilla.consensus.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The term of this node and whom it voted for in it, durable before [#save] returns. Thread-safe.
///
/// The file is made once, with its full size. A save overwrites the older of two slots, which lie in blocks of their own,
/// and syncs: one fdatasync, where replacing the file by rename takes two syncs with metadata (elections wait for this).
/// A slot is less than a sector, which disks write as a whole. So a crash leaves both slots readable, and the younger one
/// counts: it is the last that was acknowledged, or one that was about to be. A slot that is not readable is damage,
/// and it may have been the younger one, so the file is refused: nobody votes by an old vote.
public final class VoteFile {
    static final String NAME = "vote";
    private static final long MAGIC = 0x464c4f54_564f5445L; // FLOTVOTE
    private static final int VERSION = 1;
    private static final int BLOCK = 4096;
    private static final int SIZE = 3 * BLOCK;
    private static final int HEAD = 40;
    private static final int SLOT = 512;
    private static final int SLOT_HEAD = 24;
    private static final int MAX_NAME = SLOT - SLOT_HEAD;

    private final Path path;
    private final DiskFile file;
    private final Health health;
    private final Head head;
    private Slot slot;
    private boolean closed;

    private VoteFile(Path path, DiskFile file, Health health, Head head, Slot slot) {
        this.path = path;
        this.file = file;
        this.health = health;
        this.head = head;
        this.slot = slot;
    }

    private record Head(UUID logId, int incarnation) {}

    private record Slot(long generation, long term, String votedFor) {
        long position() {
            return BLOCK * (1 + generation % 2);
        }
    }

    static void create(Path directory, UUID logId, int incarnation, Disk disk) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE);
        putHead(bytes, new Head(logId, incarnation));
        for (int generation = 0; generation < 2; generation++) {
            Slot slot = new Slot(generation, 0, "");
            bytes.put((int) slot.position(), encode(slot).array());
        }
        try (DiskFile file =
                disk.open(
                        directory.resolve(NAME),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            file.write(bytes.clear(), 0);
            file.force(true);
        }
        disk.syncDirectory(directory);
    }

    static VoteFile open(Path directory, Disk disk, FatalHook hook) throws IOException {
        Path path = directory.resolve(NAME);
        ByteBuffer bytes = read(path);
        Head head = head(bytes, path);
        Slot even = slot(bytes, 0, path);
        Slot odd = slot(bytes, 1, path);
        if (Math.abs(even.generation() - odd.generation()) != 1) {
            throw damaged(path, "its two slots do not follow each other");
        }
        Slot younger = even.generation() > odd.generation() ? even : odd;
        DiskFile file = disk.open(path, StandardOpenOption.WRITE);
        return new VoteFile(path, file, new Health(hook), head, younger);
    }

    /// The identity of the log that the vote in a directory belongs to.
    static UUID logId(Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        return head(read(path), path).logId();
    }

    private static ByteBuffer read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new MissingStateException(
                    path
                            + " is missing: this node has forgotten its vote, and does not vote as"
                            + " if nothing had happened");
        }
        if (Files.size(path) != SIZE) {
            throw damaged(path, "it has " + Files.size(path) + " bytes");
        }
        return ByteBuffer.wrap(Files.readAllBytes(path));
    }

    public synchronized long term() {
        return slot.term();
    }

    /// Whom this node voted for in its term; the empty string for nobody. Opaque here.
    public synchronized String votedFor() {
        return slot.votedFor();
    }

    /// How often this node's identity was made anew: the last part of its Raft id. Fixed when the directory is created.
    public int incarnation() {
        return head.incarnation();
    }

    /// The identity of the log this vote belongs to.
    public UUID logId() {
        return head.logId();
    }

    /// Replaces term and vote.
    ///
    /// @throws IllegalArgumentException if the term falls, or the vote of a term is given to somebody else (Raft 5.2:
    ///     at most one vote in a term)
    /// @throws JournalException if the disk failed; the hook was called, and the file stays failed
    public synchronized void save(long term, String votedFor) throws IOException {
        health.check();
        if (closed) {
            throw new ClosedChannelException();
        }
        check(term, votedFor);
        if (term == slot.term() && votedFor.equals(slot.votedFor())) {
            return;
        }
        Slot next = new Slot(slot.generation() + 1, term, votedFor);
        try {
            file.write(encode(next), next.position());
            file.force(false);
        } catch (IOException e) {
            throw health.failed("writing " + path, e);
        }
        slot = next;
    }

    /// Makes sure that the file knows `term`, without a vote in it if that is new.
    public synchronized void atLeast(long term) throws IOException {
        if (term > slot.term()) {
            save(term, "");
        }
    }

    private void check(long term, String votedFor) {
        if (term < slot.term()) {
            throw new IllegalArgumentException("term " + term + " after " + slot.term());
        }
        boolean voted = term == slot.term() && !slot.votedFor().isEmpty();
        if (voted && !votedFor.equals(slot.votedFor())) {
            throw new IllegalArgumentException(
                    "in term %d the vote went to %s, not to %s"
                            .formatted(term, slot.votedFor(), votedFor));
        }
        if (votedFor.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
            throw new IllegalArgumentException("a name of more than " + MAX_NAME + " bytes");
        }
    }

    synchronized void close() throws IOException {
        closed = true;
        file.close();
    }

    private static void putHead(ByteBuffer bytes, Head head) {
        bytes.putLong(0, MAGIC).putInt(8, VERSION);
        bytes.putLong(12, head.logId().getMostSignificantBits());
        bytes.putLong(20, head.logId().getLeastSignificantBits());
        bytes.putInt(28, head.incarnation());
        bytes.putInt(HEAD - 4, checksum(bytes.slice(0, HEAD - 4)));
    }

    private static Head head(ByteBuffer bytes, Path path) throws JournalException {
        if (bytes.getLong(0) != MAGIC
                || bytes.getInt(HEAD - 4) != checksum(bytes.slice(0, HEAD - 4))) {
            throw damaged(path, "its first bytes are not what was written");
        }
        int version = bytes.getInt(8);
        if (version > VERSION) {
            throw new NewerFormatException(
                    "%s has format %d; this program knows %d and older"
                            .formatted(path, version, VERSION));
        }
        return new Head(new UUID(bytes.getLong(12), bytes.getLong(20)), bytes.getInt(28));
    }

    /// A slot: checksum of the rest, length of the name, generation, term, name, zeros.
    private static ByteBuffer encode(Slot slot) {
        byte[] name = slot.votedFor().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(SLOT);
        bytes.putInt(4, name.length).putLong(8, slot.generation()).putLong(16, slot.term());
        bytes.put(SLOT_HEAD, name);
        return bytes.putInt(0, checksum(bytes.slice(4, SLOT - 4)));
    }

    private static Slot slot(ByteBuffer file, int which, Path path) throws CorruptJournalException {
        ByteBuffer bytes = file.slice(BLOCK * (1 + which), SLOT);
        int length = bytes.getInt(4);
        if (bytes.getInt(0) != checksum(bytes.slice(4, SLOT - 4))
                || bytes.getLong(8) % 2 != which
                || length < 0
                || length > MAX_NAME) {
            throw damaged(path, "a slot is not what was written, and it may be the last vote");
        }
        byte[] name = new byte[length];
        bytes.get(SLOT_HEAD, name);
        return new Slot(
                bytes.getLong(8), bytes.getLong(16), new String(name, StandardCharsets.UTF_8));
    }

    private static CorruptJournalException damaged(Path path, String how) {
        return new CorruptJournalException(path + " is damaged: " + how);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update('V'); // so that zeros are no slot
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
