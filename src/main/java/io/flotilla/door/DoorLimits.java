package io.flotilla.door;

import java.time.Duration;

/// What a node's MySQL doors bear.
///
/// @param connections clients at this node's doors together, and as many sessions of clients at its server, through
///     whatever node. Too few: pools are turned away with error 1040. Too many: the server's memory (about 0.3 MiB for
///     each idle session)
/// @param waiting clients that may wait for a server at once; others are turned away with error 1040
/// @param patience how long a new connection waits for a leader. Too short: clients see an error in each failover. Too long:
///     they hear late that nobody leads
/// @param handshake how long greeting, TLS and authentication may take together. Too short: slow networks fail. Too
///     long: strangers hold connections
/// @param idle how long a connection may carry nothing in either direction. The server's own `wait_timeout` (8 h) counts
///     besides
/// @param bufferBytes what a loop reads at once, and so what a connection holds in each direction for a receiver that
///     does not read; at least [#LEAST_BUFFER]
/// @param maxLag how far behind its leader a server may be, in time, and still be read from
public record DoorLimits(
        int connections,
        int waiting,
        Duration patience,
        Duration handshake,
        Duration idle,
        int bufferBytes,
        Duration maxLag) {
    /// A command of up to [Commands#LOOKED_AT] bytes must fit whole.
    public static final int LEAST_BUFFER = 32 << 10;

    /// The doors' stall gate: while something the leader's tap has read is uncommitted for longer, they pass nothing
    /// (docs/design.md, section 8).
    static final Duration STALL = Duration.ofMillis(50);

    public static final DoorLimits DEFAULT =
            new DoorLimits(
                    400,
                    200,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofHours(8),
                    64 << 10,
                    Duration.ofSeconds(10));

    public DoorLimits {
        atLeast("connections", connections, 1);
        atLeast("waiting", waiting, 1);
        atLeast("bufferBytes", bufferBytes, LEAST_BUFFER);
        positive("patience", patience);
        positive("handshake", handshake);
        positive("idle", idle);
        positive("maxLag", maxLag);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
