package io.flotilla.consensus.journal;

/// The files were written by a newer version of the program.
public final class NewerFormatException extends JournalException {
    private static final long serialVersionUID = 1L;

    NewerFormatException(String message) {
        super(message);
    }
}
