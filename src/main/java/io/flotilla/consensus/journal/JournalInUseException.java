package io.flotilla.consensus.journal;

/// Another process, or another part of this one, has the log directory open.
public final class JournalInUseException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalInUseException(String message) {
        super(message);
    }
}
