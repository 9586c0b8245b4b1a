package io.flotilla.consensus.journal;

import java.io.IOException;

/// A log or vote that cannot be used, or no longer. Each kind says in one sentence what a human can do about it.
public abstract sealed class JournalException extends IOException
        permits CorruptJournalException,
                MissingStateException,
                NewerFormatException,
                JournalInUseException,
                JournalFailedException,
                JournalFullException {
    private static final long serialVersionUID = 1L;

    JournalException(String message) {
        super(message);
    }

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
