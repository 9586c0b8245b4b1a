package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The directory with a node's journal and vote, opened together and by one process only.
public final class LogDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String BASE = "base";
    private static final long BASE_MAGIC = 0x464c4f54_42415345L; // FLOTBASE
    private static final int BASE_VERSION = 1;
    private static final String VOW = "vow";
    private static final long VOW_MAGIC = 0x464c4f54_564f5753L; // FLOTVOWS
    private static final int VOW_VERSION = 1;

    private final Path dir;
    private final Disk disk;
    private final FileChannel lock;
    private final Journal journal;
    private final VoteFile vote;

    private LogDirectory(Path dir, Disk disk, FileChannel lock, Journal journal, VoteFile vote) {
        this.dir = dir;
        this.disk = disk;
        this.lock = lock;
        this.journal = journal;
        this.vote = vote;
    }

    /// Whether anything lies at `dir`, whole or not.
    public static boolean exists(Path dir) {
        return Files.exists(dir);
    }

    /// Makes a log directory for a node that has never existed. It appears whole or not at all.
    ///
    /// Only for the first bootstrap (or for a new `incarnation`): calling it because the directory is missing would make
    /// a node vote as if nothing had happened.
    ///
    /// @throws MissingStateException if there is already something at `dir`
    public static void create(Path dir, int incarnation, JournalSettings settings)
            throws IOException {
        create(dir, incarnation, settings, Disk.REAL);
    }

    static void create(Path dir, int incarnation, JournalSettings settings, Disk disk)
            throws IOException {
        if (exists(dir)) {
            throw new MissingStateException(
                    dir + " is there already: it is not made anew over what it holds");
        }
        Path parent = dir.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no directory above " + dir);
        }
        Path beside = parent.resolve(dir.getFileName() + ".new");
        clear(beside);
        Files.createDirectories(beside);
        UUID logId = UUID.randomUUID();
        Journal.create(beside, logId, settings, disk);
        VoteFile.create(beside, logId, incarnation, disk);
        disk.move(beside, dir);
        disk.syncDirectory(parent);
    }

    /// Opens what a former run left, repairs a torn tail (and says so loudly), refuses anything else that is wrong.
    ///
    /// @param hook called when the disk fails under journal or vote
    /// @throws MissingStateException if journal or vote are gone or do not belong together
    /// @throws CorruptJournalException if acknowledged bytes are damaged
    public static LogDirectory open(Path dir, JournalSettings settings, FatalHook hook)
            throws IOException {
        return open(dir, settings, Disk.REAL, hook);
    }

    static LogDirectory open(Path dir, JournalSettings settings, Disk disk, FatalHook hook)
            throws IOException {
        if (!Files.isDirectory(dir)) {
            throw new MissingStateException(
                    dir
                            + " is missing: this node has lost its log and its vote, and does not"
                            + " vote as if nothing had happened");
        }
        FileChannel lock = lock(dir);
        @Nullable VoteFile vote = null;
        @Nullable Journal journal = null;
        try {
            vote = VoteFile.open(dir, disk, hook);
            journal = Journal.open(dir, settings, disk, hook);
            requireFit(dir, journal, vote);
            return new LogDirectory(dir, disk, lock, journal, vote);
        } catch (IOException e) {
            if (journal != null) {
                journal.close();
            }
            if (vote != null) {
                vote.close();
            }
            lock.close();
            throw e;
        }
    }

    /// The identity of the log at `dir`, without opening it: for whoever must know it before the log can be opened.
    ///
    /// @throws MissingStateException if there is no vote
    public static UUID identity(Path dir) throws IOException {
        return VoteFile.logId(dir);
    }

    private static void requireFit(Path dir, Journal journal, VoteFile vote)
            throws MissingStateException {
        if (!journal.logId().equals(vote.logId())) {
            throw new MissingStateException(
                    dir
                            + ": log "
                            + journal.logId()
                            + " and vote of log "
                            + vote.logId()
                            + " do not belong together");
        }
        long term = journal.term(journal.lastIndex());
        if (vote.term() < term) {
            throw new MissingStateException(
                    "%s: the vote is of term %d, but the log ends in term %d: the vote is an old one, and the node does"
                                    .formatted(dir, vote.term(), term)
                            + " not vote as if nothing had happened");
        }
    }

    @SuppressWarnings("resource") // held as long as the channel is open
    private static FileChannel lock(Path dir) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        dir.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new JournalInUseException(dir + " is open already in this process");
        }
        channel.close();
        throw new JournalInUseException(dir + " is in use by another process");
    }

    private static void clear(Path leftover) throws IOException {
        if (!Files.exists(leftover)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(leftover)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(leftover);
    }

    public Journal journal() {
        return journal;
    }

    public VoteFile vote() {
        return vote;
    }

    /// What stands in the place of entries in front of the journal that are gone; empty when nothing was saved yet.
    ///
    /// @throws CorruptJournalException if it is damaged, or belongs to another log
    public Optional<byte[]> base() throws IOException {
        CheckedFile file = baseFile();
        if (!Files.exists(file.path())) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.wrap(file.read());
        if (body.remaining() < 16
                || !new UUID(body.getLong(), body.getLong()).equals(journal.logId())) {
            throw new CorruptJournalException(file.path() + " belongs to another log");
        }
        byte[] base = new byte[body.remaining()];
        body.get(base);
        return Optional.of(base);
    }

    /// Replaces it; durable when this returns. Called before the entries it stands for are cut off.
    public void saveBase(byte[] base) throws IOException {
        UUID id = journal.logId();
        baseFile()
                .write(
                        ByteBuffer.allocate(16 + base.length)
                                .putLong(id.getMostSignificantBits())
                                .putLong(id.getLeastSignificantBits())
                                .put(base)
                                .array());
    }

    /// What this node has vowed when it took part again after it had lost its log; empty when it never did.
    ///
    /// @throws CorruptJournalException if it is damaged
    public Optional<byte[]> vow() throws IOException {
        CheckedFile file = vowFile();
        return Files.exists(file.path()) ? Optional.of(file.read()) : Optional.empty();
    }

    /// Replaces it; durable when this returns.
    public void saveVow(byte[] vow) throws IOException {
        vowFile().write(vow);
    }

    private CheckedFile vowFile() {
        return new CheckedFile(disk, dir.resolve(VOW), VOW_MAGIC, VOW_VERSION);
    }

    private CheckedFile baseFile() {
        return new CheckedFile(disk, dir.resolve(BASE), BASE_MAGIC, BASE_VERSION);
    }

    @Override
    public void close() throws IOException {
        try {
            journal.close();
            vote.close();
        } finally {
            lock.close();
        }
    }
}
