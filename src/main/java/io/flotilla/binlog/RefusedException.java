package io.flotilla.binlog;

import java.io.IOException;

/// The server answered with an error of its own.
public final class RefusedException extends IOException {
    /// The server's binlog cannot be read from the position asked for (`ER_MASTER_FATAL_ERROR_READING_BINLOG`).
    public static final int UNKNOWN_POSITION = 1236;

    private static final long serialVersionUID = 1L;

    private final int errno;

    public RefusedException(int errno, String message) {
        super("server error " + errno + ": " + message);
        this.errno = errno;
    }

    /// The server's error number.
    public int errno() {
        return errno;
    }
}
