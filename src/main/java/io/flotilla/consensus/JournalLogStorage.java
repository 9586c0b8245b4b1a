package io.flotilla.consensus;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.flotilla.consensus.journal.Journal;
import io.flotilla.consensus.journal.JournalRecord;
import io.flotilla.consensus.journal.VoteFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The library's log on our journal.
///
/// The library calls changes from its disk thread and [#getEntry] from any; a false or short answer puts its node out of
/// service for good, which is what a refused change deserves. When the disk failed, the journal has called its fatal
/// hook before we answer.
///
/// The journal belongs to whoever opened it: [#shutdown] does not close it, since the library calls that while its disk
/// thread may still be writing, and since the feed reads the same journal.
final class JournalLogStorage implements LogStorage {
    private static final Logger log = LoggerFactory.getLogger(JournalLogStorage.class);

    private final Journal journal;
    private final VoteFile vote;
    private volatile @Nullable LogEntry lastRead;

    JournalLogStorage(Journal journal, VoteFile vote) {
        this.journal = journal;
        this.vote = vote;
    }

    /// Tells the library every configuration the log holds, oldest first.
    @Override
    public boolean init(LogStorageOptions options) {
        ConfigurationManager configurations = options.getConfigurationManager();
        try {
            for (long index : journal.ofType(EntryTypes.MEMBERS)) {
                JournalRecord record = journal.read(index).orElseThrow();
                if (!configurations.add(members(record))) {
                    log.error("the library refused the members of entry {}", index);
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            log.error("the log cannot be read", e);
            return false;
        }
    }

    private static ConfigurationEntry members(JournalRecord record) {
        LogEntry entry = entry(record);
        return new ConfigurationEntry(
                entry.getId(),
                configuration(entry.getPeers(), entry.getLearners()),
                configuration(entry.getOldPeers(), entry.getOldLearners()));
    }

    private static Configuration configuration(
            @Nullable List<PeerId> peers, @Nullable List<PeerId> learners) {
        return new Configuration(
                peers == null ? List.of() : peers, learners == null ? List.of() : learners);
    }

    @Override
    public void shutdown() {}

    @Override
    public long getFirstLogIndex() {
        return journal.firstIndex();
    }

    /// 0 when the log is empty, also after a cut or reset: the library asks for the term of the last index, and an index
    /// other than 0 must have one.
    @Override
    public long getLastLogIndex() {
        return journal.lastIndex();
    }

    /// The library asks for the whole last entry, for its term, at every heartbeat to every follower: it is kept. It is
    /// the same entry as long as the journal names the same term for the index (Raft's log matching).
    @Override
    public @Nullable LogEntry getEntry(long index) {
        LogEntry kept = lastRead;
        if (kept != null
                && kept.getId().getIndex() == index
                && kept.getId().getTerm() == journal.term(index)) {
            return kept;
        }
        try {
            LogEntry entry = journal.read(index).map(JournalLogStorage::entry).orElse(null);
            lastRead = entry;
            return entry;
        } catch (IOException e) {
            log.error("entry {} cannot be read", index, e);
            return null;
        }
    }

    @Override
    @Deprecated
    public long getTerm(long index) {
        return journal.term(index);
    }

    @Override
    public boolean appendEntry(LogEntry entry) {
        return appendEntries(List.of(entry)) == 1;
    }

    @Override
    public int appendEntries(List<LogEntry> entries) {
        List<JournalRecord> records = new ArrayList<>(entries.size());
        for (LogEntry entry : entries) {
            records.add(record(entry));
        }
        boolean done = attempt("append", () -> append(records));
        return done ? records.size() : 0;
    }

    /// INVARIANT: no record's term is above the one in the vote file. A candidate may get entries of its new term before
    /// the library has written that term (NodeImpl.electSelf unlocks in between), and a node whose step-down could not
    /// be written goes on answering (NodeImpl.stepDown); the log would then prove the vote file stale at the next start.
    private void append(List<JournalRecord> records) throws IOException {
        vote.atLeast(records.getLast().term());
        journal.append(records);
    }

    @Override
    public boolean truncatePrefix(long firstIndexKept) {
        return attempt(
                "cut the front up to " + firstIndexKept,
                () -> journal.truncatePrefix(firstIndexKept));
    }

    @Override
    public boolean truncateSuffix(long lastIndexKept) {
        return attempt(
                "cut the end after " + lastIndexKept, () -> journal.truncateSuffix(lastIndexKept));
    }

    @Override
    public boolean reset(long nextLogIndex) {
        return attempt("empty the log", () -> journal.reset(nextLogIndex));
    }

    private boolean attempt(String what, Step step) {
        try {
            step.run();
            return true;
        } catch (IOException | IllegalArgumentException e) {
            log.error("the log refused: {}; this node's Raft engine stops", what, e);
            return false;
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static JournalRecord record(LogEntry entry) {
        long index = entry.getId().getIndex();
        long term = entry.getId().getTerm();
        return switch (entry.getType()) {
            case ENTRY_TYPE_NO_OP -> new JournalRecord(index, term, EntryTypes.NO_OP, new byte[0]);
            case ENTRY_TYPE_DATA ->
                    new JournalRecord(index, term, EntryTypes.DATA, bytes(entry.getData()));
            case ENTRY_TYPE_CONFIGURATION ->
                    new JournalRecord(index, term, EntryTypes.MEMBERS, MembersCodec.encode(entry));
            case ENTRY_TYPE_UNKNOWN ->
                    throw new IllegalArgumentException("an entry of unknown type: " + entry);
        };
    }

    /// The buffer is shared with the library's other threads: its position is not ours to move.
    private static byte[] bytes(@Nullable ByteBuffer data) {
        if (data == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[data.remaining()];
        data.get(data.position(), bytes);
        return bytes;
    }

    private static LogEntry entry(JournalRecord record) {
        LogEntry entry = new LogEntry(type(record));
        entry.setId(new LogId(record.index(), record.term()));
        if (record.type() == EntryTypes.MEMBERS) {
            MembersCodec.decode(record.payload(), entry);
        } else {
            entry.setData(ByteBuffer.wrap(record.payload()));
        }
        return entry;
    }

    private static EntryType type(JournalRecord record) {
        return switch (record.type()) {
            case EntryTypes.NO_OP -> EntryType.ENTRY_TYPE_NO_OP;
            case EntryTypes.DATA -> EntryType.ENTRY_TYPE_DATA;
            case EntryTypes.MEMBERS -> EntryType.ENTRY_TYPE_CONFIGURATION;
            default ->
                    throw new IllegalStateException(
                            "record "
                                    + record.index()
                                    + " has type "
                                    + record.type()
                                    + ", of a newer version");
        };
    }
}
