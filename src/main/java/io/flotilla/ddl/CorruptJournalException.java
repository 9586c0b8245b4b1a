package io.flotilla.ddl;

import java.io.IOException;

/// What this node noted about its server's DDL cannot be read: nothing can be proved with it, and the server must be
/// rebuilt.
public final class CorruptJournalException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptJournalException(String message) {
        super(message);
    }
}
