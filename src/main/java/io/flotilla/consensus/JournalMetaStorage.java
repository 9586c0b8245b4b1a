package io.flotilla.consensus;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import io.flotilla.consensus.journal.VoteFile;

/// The library's term and vote in our vote file.
final class JournalMetaStorage implements RaftMetaStorage {
    JournalMetaStorage(VoteFile vote) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean init(RaftMetaStorageOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {}

    @Override
    public boolean setTerm(long term) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long getTerm() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setVotedFor(PeerId peerId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PeerId getVotedFor() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setTermAndVotedFor(long term, PeerId peerId) {
        throw new UnsupportedOperationException();
    }
}
