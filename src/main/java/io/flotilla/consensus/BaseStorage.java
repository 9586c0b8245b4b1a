package io.flotilla.consensus;

import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.option.SnapshotCopierOptions;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.flotilla.consensus.journal.LogDirectory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the library finds the beginning of a compacted log, and gives and takes it when a follower lacks entries that
/// its leader no longer has.
///
/// INVARIANT: the base on the disk only ever advances, and is written before an entry up to it is dropped. What it says
/// is committed, so a base that was written and not used yet (a crash came in between) is the truth all the same: the
/// next start begins with it, and empties a log that ends before it.
final class BaseStorage implements SnapshotStorage {
    private static final Logger log = LoggerFactory.getLogger(BaseStorage.class);

    private final LogDirectory directory;
    private final FatalHook fatal;
    private @Nullable Base base;

    /// @throws IOException if the base is damaged, or of a newer version
    BaseStorage(LogDirectory directory, FatalHook fatal) throws IOException {
        this.directory = directory;
        this.fatal = fatal;
        try {
            base = directory.base().map(Base::decode).orElse(null);
        } catch (IllegalArgumentException e) {
            throw new IOException("the log's base cannot be read: " + e.getMessage(), e);
        }
        Base found = base;
        long first = directory.journal().firstIndex();
        if (first > 1 && (found == null || found.index() < first - 1)) {
            throw new IOException(
                    "the log begins at entry %d, and what was before it is missing: this node has lost part of its log, and does not vote as if nothing had happened"
                            .formatted(first));
        }
        if (found != null && found.term() > directory.vote().term()) {
            throw new IOException(
                    "the vote is older than the log's base: the node does not vote as if nothing had happened");
        }
    }

    /// The last entry it stands for; 0 when there is none.
    synchronized long index() {
        return base == null ? 0 : base.index();
    }

    /// Makes it durable.
    ///
    /// @return false when a later one is there already
    synchronized boolean save(Base next) throws IOException {
        Base before = base;
        if (before != null && before.index() >= next.index()) {
            return false;
        }
        directory.vote().atLeast(next.term());
        directory.saveBase(next.encode());
        base = next;
        return true;
    }

    @Override
    public synchronized @Nullable SnapshotReader open() {
        return base == null ? null : new BaseReader(base);
    }

    @Override
    public SnapshotReader copyFrom(String uri, SnapshotCopierOptions options) {
        throw new UnsupportedOperationException("the library does not use it");
    }

    @Override
    public @Nullable SnapshotCopier startToCopyFrom(String uri, SnapshotCopierOptions options) {
        try {
            Base received = BaseReader.fromUri(uri);
            save(received);
            return new Copied(new BaseReader(received));
        } catch (IllegalArgumentException e) {
            log.error("a leader's base of the log is refused", e);
            return null;
        } catch (IOException e) {
            fatal.fatal("writing the log's base", e);
            return null;
        }
    }

    @Override
    public @Nullable SnapshotWriter create() {
        return null;
    }

    @Override
    public boolean setFilterBeforeCopyRemote() {
        return false;
    }

    @Override
    public void setSnapshotThrottle(SnapshotThrottle throttle) {}

    @Override
    public boolean init(@Nullable Void nothing) {
        return true;
    }

    @Override
    public void shutdown() {}

    /// A copy that is complete from its begin.
    private static final class Copied extends SnapshotCopier {
        private final BaseReader reader;

        Copied(BaseReader reader) {
            this.reader = reader;
        }

        @Override
        public void cancel() {
            setError(RaftError.ECANCELED, "cancelled");
        }

        @Override
        public void join() {}

        @Override
        public void start() {}

        @Override
        public SnapshotReader getReader() {
            return reader;
        }

        @Override
        public void close() {}
    }
}
