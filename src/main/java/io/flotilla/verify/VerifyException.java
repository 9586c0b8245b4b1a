package io.flotilla.verify;

import java.io.IOException;

/// A server cannot be compared now; the message is the end of a sentence for people.
public final class VerifyException extends IOException {
    private static final long serialVersionUID = 1L;

    public VerifyException(String message) {
        super(message);
    }

    public VerifyException(String message, Throwable cause) {
        super(message, cause);
    }
}
