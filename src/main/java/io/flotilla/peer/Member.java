package io.flotilla.peer;

import java.net.URI;

/// A node of the fleet as its configuration names it.
///
/// @param id its number
/// @param host the name or address other nodes reach it at
/// @param port its node-to-node port
/// @param http the base URL clients reach its HTTP door at, without a trailing slash
public record Member(NodeId id, String host, int port, URI http) {
    public Member {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "member " + id + " needs a host and a port: '" + host + ":" + port + "'");
        }
    }
}
