package io.flotilla.consensus;

import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.flotilla.consensus.journal.Journal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The library's log on our journal. The journal belongs to whoever opened it: [#shutdown] does not close it.
final class JournalLogStorage implements LogStorage {
    JournalLogStorage(Journal journal) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean init(LogStorageOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {}

    @Override
    public long getFirstLogIndex() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long getLastLogIndex() {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable LogEntry getEntry(long index) {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public long getTerm(long index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean appendEntry(LogEntry entry) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int appendEntries(List<LogEntry> entries) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean truncatePrefix(long firstIndexKept) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean truncateSuffix(long lastIndexKept) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean reset(long nextLogIndex) {
        throw new UnsupportedOperationException();
    }
}
