package io.flotilla.consensus.journal;

import java.io.IOException;
import java.util.UUID;

/// The term of this node and whom it voted for in it, durable before [#save] returns. Thread-safe.
public final class VoteFile {
    public long term() {
        throw new UnsupportedOperationException();
    }

    /// Whom this node voted for in its term; the empty string for nobody. Opaque here.
    public String votedFor() {
        throw new UnsupportedOperationException();
    }

    /// How often this node's identity was made anew: the last part of its Raft id. Fixed when the directory is created.
    public int incarnation() {
        throw new UnsupportedOperationException();
    }

    public UUID logId() {
        throw new UnsupportedOperationException();
    }

    /// Replaces term and vote.
    ///
    /// @throws IllegalArgumentException if the term falls
    /// @throws JournalException if the disk failed; the hook was called, and the file stays failed
    public void save(long term, String votedFor) throws IOException {
        throw new UnsupportedOperationException();
    }
}
