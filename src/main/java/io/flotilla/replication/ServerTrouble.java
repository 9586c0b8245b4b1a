package io.flotilla.replication;

import org.jspecify.annotations.Nullable;

/// The local server cannot do its part; the message goes on where "the server" ends. Whoever drives the server gives up
/// the phase it was in.
final class ServerTrouble extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerTrouble(String message) {
        this(message, null);
    }

    ServerTrouble(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
