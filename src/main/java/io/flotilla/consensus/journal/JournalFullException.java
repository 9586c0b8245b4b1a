package io.flotilla.consensus.journal;

/// There was no space left for a new segment, or for the vote. Nothing of what did not fit was acknowledged.
public final class JournalFullException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalFullException(String message) {
        super(message);
    }

    JournalFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
