package io.flotilla.binlog;

import java.io.IOException;

/// The other side sent something that the replication protocol does not allow, or that we do not accept.
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
