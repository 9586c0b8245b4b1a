package io.flotilla.consensus;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import java.io.IOException;
import java.util.function.BiConsumer;

/// The library's way to term and vote on disk, watched: a save that fails is the end of the process (the library logs
/// it and acknowledges entries all the same), and the term is known to others without the node's lock.
final class TermWatch implements RaftMetaStorage {
    private final RaftMetaStorage storage;
    private final FatalHook fatal;
    private volatile long term;
    private volatile boolean closing;
    private volatile BiConsumer<Long, PeerId> votes = (term, candidate) -> {};

    TermWatch(RaftMetaStorage storage, FatalHook fatal) {
        this.storage = storage;
        this.fatal = fatal;
    }

    /// The node's current term, as far as it is on disk.
    long term() {
        return term;
    }

    /// Tells of every vote this node gives, itself included, once it is on disk.
    void onVote(BiConsumer<Long, PeerId> listener) {
        votes = listener;
    }

    @Override
    public boolean init(RaftMetaStorageOptions options) {
        boolean done = storage.init(options);
        if (done) {
            term = storage.getTerm();
        }
        return done;
    }

    @Override
    public boolean setTerm(long newTerm) {
        return saved(storage.setTerm(newTerm), newTerm);
    }

    @Override
    public boolean setVotedFor(PeerId peer) {
        return voted(saved(storage.setVotedFor(peer), term), peer);
    }

    @Override
    public boolean setTermAndVotedFor(long newTerm, PeerId peer) {
        return voted(saved(storage.setTermAndVotedFor(newTerm, peer), newTerm), peer);
    }

    private boolean voted(boolean done, PeerId peer) {
        if (done) {
            votes.accept(term, peer);
        }
        return done;
    }

    private boolean saved(boolean done, long newTerm) {
        if (done) {
            term = newTerm;
        } else if (!closing) {
            fatal.fatal(
                    "saving term and vote", new IOException("term " + newTerm + " is not on disk"));
        }
        return done;
    }

    @Override
    public long getTerm() {
        return storage.getTerm();
    }

    @Override
    public PeerId getVotedFor() {
        return storage.getVotedFor();
    }

    @Override
    public void shutdown() {
        // A vote that was under way is not given then, which is as good as never asked for.
        closing = true;
        storage.shutdown();
    }
}
