package io.flotilla.consensus;

import com.alipay.sofa.jraft.JRaftServiceFactory;
import com.alipay.sofa.jraft.entity.codec.LogEntryCodecFactory;
import com.alipay.sofa.jraft.entity.codec.v2.LogEntryV2CodecFactory;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import io.flotilla.consensus.journal.Journal;
import io.flotilla.consensus.journal.LogDirectory;

/// Gives the library the log and the vote that were opened before it started.
record GroupStorage(LogDirectory directory, TermWatch meta, BaseStorage base)
        implements JRaftServiceFactory {
    Journal journal() {
        return directory.journal();
    }

    @Override
    public LogStorage createLogStorage(String uri, RaftOptions options) {
        return new JournalLogStorage(directory.journal(), directory.vote());
    }

    @Override
    public RaftMetaStorage createRaftMetaStorage(String uri, RaftOptions options) {
        return meta;
    }

    @Override
    public SnapshotStorage createSnapshotStorage(NodeOptions options) {
        return base;
    }

    @Override
    public LogEntryCodecFactory createLogEntryCodecFactory() {
        return LogEntryV2CodecFactory.getInstance();
    }
}
