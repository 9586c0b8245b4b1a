package io.flotilla.door;

import io.flotilla.tls.Tls;
import java.net.InetSocketAddress;
import java.util.Optional;

/// The MySQL doors of a node.
///
/// @param readWrite where the read-write door listens; not opened when empty
/// @param readOnly where the read-only door listens; not opened when empty
/// @param tls with what the doors prove themselves; they offer no TLS when empty
/// @param tlsRequired whether clients that do not take it are turned away
public record DoorConfig(
        Optional<InetSocketAddress> readWrite,
        Optional<InetSocketAddress> readOnly,
        Optional<Tls> tls,
        boolean tlsRequired,
        DoorLimits limits) {}
