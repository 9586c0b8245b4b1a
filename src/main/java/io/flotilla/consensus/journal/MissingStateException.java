package io.flotilla.consensus.journal;

/// Log and vote do not belong together, or one of them is gone: a node that has forgotten its vote or its entries does
/// not vote as if nothing had happened.
public final class MissingStateException extends JournalException {
    private static final long serialVersionUID = 1L;

    MissingStateException(String message) {
        super(message);
    }
}
