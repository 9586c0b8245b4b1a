package io.flotilla.peer;

import java.io.IOException;

/// The other node is alive and said no: another fleet, another protocol version, not a member, or nobody there serves
/// that type of channel.
public final class PeerRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    public PeerRefusedException(String message) {
        super(message);
    }
}
