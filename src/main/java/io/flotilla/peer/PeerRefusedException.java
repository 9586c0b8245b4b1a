package io.flotilla.peer;

import java.io.IOException;

/// The other node is alive and said no: another fleet, another protocol version, not a member, or nobody there serves
/// that type of channel.
public final class PeerRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean soon;

    public PeerRefusedException(String message) {
        this(message, false);
    }

    PeerRefusedException(String message, boolean soon) {
        super(message);
        this.soon = soon;
    }

    /// Whether it may be accepted in a moment: the other node is still starting.
    public boolean soon() {
        return soon;
    }
}
