package io.flotilla.provision;

import java.io.IOException;

/// A copy did not come about, for a reason that is no defect; another attempt, or another donor, may do.
public final class SnapshotException extends IOException {
    private static final long serialVersionUID = 1L;

    public SnapshotException(String message) {
        super(message);
    }

    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
