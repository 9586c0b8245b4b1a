package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// The term of this node and whom it voted for in it, durable before [#save] returns. Thread-safe.
///
/// Replaced as a whole by rename (`CheckedFile`), so that damage is told from a crash while writing.
public final class VoteFile {
    static final String NAME = "vote";
    private static final long MAGIC = 0x464c4f54_564f5445L; // FLOTVOTE
    private static final int VERSION = 1;
    private static final int MAX_NAME = 1 << 10;

    private final CheckedFile file;
    private final Health health;
    private Content content;

    private VoteFile(CheckedFile file, Health health, Content content) {
        this.file = file;
        this.health = health;
        this.content = content;
    }

    private record Content(UUID logId, int incarnation, long term, String votedFor) {}

    static void create(Path directory, UUID logId, int incarnation, Disk disk) throws IOException {
        file(directory, disk).write(encode(new Content(logId, incarnation, 0, "")));
    }

    static VoteFile open(Path directory, Disk disk, FatalHook hook) throws IOException {
        CheckedFile file = file(directory, disk);
        if (!Files.exists(file.path())) {
            throw new MissingStateException(
                    file.path()
                            + " is missing: this node has forgotten its vote, and does not vote as"
                            + " if nothing had happened");
        }
        return new VoteFile(file, new Health(hook), decode(file.read(), file.path()));
    }

    public synchronized long term() {
        return content.term();
    }

    /// Whom this node voted for in its term; the empty string for nobody. Opaque here.
    public synchronized String votedFor() {
        return content.votedFor();
    }

    /// How often this node's identity was made anew: the last part of its Raft id. Fixed when the directory is created.
    public synchronized int incarnation() {
        return content.incarnation();
    }

    /// The identity of the log this vote belongs to.
    public synchronized UUID logId() {
        return content.logId();
    }

    /// Replaces term and vote.
    ///
    /// @throws IllegalArgumentException if the term falls, or the vote of a term is given to somebody else (Raft 5.2:
    ///     at most one vote in a term)
    /// @throws JournalException if the disk failed; the hook was called, and the file stays failed
    public synchronized void save(long term, String votedFor) throws IOException {
        health.check();
        check(term, votedFor);
        Content next = new Content(content.logId(), content.incarnation(), term, votedFor);
        if (next.equals(content)) {
            return;
        }
        try {
            file.write(encode(next));
        } catch (IOException e) {
            throw health.failed("writing " + file.path(), e);
        }
        content = next;
    }

    /// Makes sure that the file knows `term`, without a vote in it if that is new.
    public synchronized void atLeast(long term) throws IOException {
        if (term > content.term()) {
            save(term, "");
        }
    }

    private void check(long term, String votedFor) {
        if (term < content.term()) {
            throw new IllegalArgumentException("term " + term + " after " + content.term());
        }
        boolean voted = term == content.term() && !content.votedFor().isEmpty();
        if (voted && !votedFor.equals(content.votedFor())) {
            throw new IllegalArgumentException(
                    "in term "
                            + term
                            + " the vote went to "
                            + content.votedFor()
                            + ", not to "
                            + votedFor);
        }
        if (votedFor.length() > MAX_NAME) {
            throw new IllegalArgumentException("a name of " + votedFor.length() + " characters");
        }
    }

    private static CheckedFile file(Path directory, Disk disk) {
        return new CheckedFile(disk, directory.resolve(NAME), MAGIC, VERSION);
    }

    private static byte[] encode(Content content) {
        byte[] name = content.votedFor().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(32 + name.length)
                .putLong(content.logId().getMostSignificantBits())
                .putLong(content.logId().getLeastSignificantBits())
                .putInt(content.incarnation())
                .putLong(content.term())
                .putInt(name.length)
                .put(name)
                .array();
    }

    private static Content decode(byte[] body, Path path) throws CorruptJournalException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(body);
            UUID logId = new UUID(bytes.getLong(), bytes.getLong());
            int incarnation = bytes.getInt();
            long term = bytes.getLong();
            byte[] name = new byte[bytes.getInt()];
            bytes.get(name);
            return new Content(logId, incarnation, term, new String(name, StandardCharsets.UTF_8));
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new CorruptJournalException(path + " is damaged: " + e);
        }
    }
}
