package io.flotilla.consensus.journal;

/// Bytes that were once acknowledged are not what was written. The node must not vote; it comes back under a new
/// identity, as a learner, once its log directory is put aside.
public final class CorruptJournalException extends JournalException {
    private static final long serialVersionUID = 1L;

    CorruptJournalException(String message) {
        super(message);
    }
}
