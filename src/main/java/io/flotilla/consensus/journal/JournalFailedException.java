package io.flotilla.consensus.journal;

/// The disk failed earlier; nothing is written any more.
public final class JournalFailedException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalFailedException(String message) {
        super(message);
    }

    JournalFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
