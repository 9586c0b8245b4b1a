package io.flotilla.consensus;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import io.flotilla.consensus.journal.VoteFile;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The library's term and vote in our vote file.
///
/// A write that fails has halted the process (the file's hook) before the library hears of it: the library itself would
/// go on and acknowledge entries of a term that is not on disk (NodeImpl.stepDown).
final class JournalMetaStorage implements RaftMetaStorage {
    private static final Logger log = LoggerFactory.getLogger(JournalMetaStorage.class);

    /// The library's word for nobody.
    private static final String NOBODY = PeerId.emptyPeer().toString();

    private final VoteFile vote;

    JournalMetaStorage(VoteFile vote) {
        this.vote = vote;
    }

    @Override
    public boolean init(RaftMetaStorageOptions options) {
        return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public boolean setTerm(long term) {
        return save(term, term > vote.term() ? "" : vote.votedFor());
    }

    @Override
    public long getTerm() {
        return vote.term();
    }

    @Override
    public boolean setVotedFor(PeerId peer) {
        return save(vote.term(), name(peer));
    }

    @Override
    public PeerId getVotedFor() {
        PeerId peer = new PeerId();
        if (!vote.votedFor().isEmpty() && !peer.parse(vote.votedFor())) {
            throw new IllegalStateException("voted for " + vote.votedFor());
        }
        return peer;
    }

    @Override
    public boolean setTermAndVotedFor(long term, PeerId peer) {
        return save(term, name(peer));
    }

    private boolean save(long term, String name) {
        try {
            vote.save(term, name);
            return true;
        } catch (IOException e) {
            log.error("term {} with a vote for {} was not written", term, name, e);
            return false;
        }
    }

    private static String name(PeerId peer) {
        String name = peer.toString();
        return name.equals(NOBODY) ? "" : name;
    }
}
