package io.flotilla.engine;

import org.jspecify.annotations.Nullable;

/// The server, its program or its directory did not do what it must. The message is a sentence for a person.
///
/// Unchecked: whoever asked the server something can only give up the step it was in.
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    EngineException(String message) {
        this(message, 0, null);
    }

    EngineException(String message, @Nullable Throwable cause) {
        this(message, 0, cause);
    }

    EngineException(String message, int errno, @Nullable Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    /// MariaDB's error number; 0 when the failure is not the server's answer to a statement.
    public int errno() {
        return errno;
    }
}
