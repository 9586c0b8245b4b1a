package io.flotilla.consensus.rpc;

import java.time.Duration;

/// Times of the transport.
///
/// @param connectTimeout how long one attempt to connect may take, on a thread of its own. Too short never reaches a
///     distant peer; too long is slow to try again after a machine came back
/// @param silenceLimit after how long without any answer a connection with requests under way is given up and made
///     anew
public record TransportConfig(Duration connectTimeout, Duration silenceLimit) {
    public TransportConfig {
        if (connectTimeout.toMillis() < 1 || silenceLimit.toMillis() < 1) {
            throw new IllegalArgumentException("times must be positive");
        }
    }
}
