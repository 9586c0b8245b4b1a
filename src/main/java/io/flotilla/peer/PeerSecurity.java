package io.flotilla.peer;

import io.flotilla.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/// How sockets between nodes are made, and what protects them.
public interface PeerSecurity {
    /// A listening socket bound to `address`.
    ServerSocket listen(InetSocketAddress address) throws IOException;

    /// A connected socket; with a channel, if it is to be protected.
    Socket connect(InetSocketAddress address, Duration timeout) throws IOException;

    /// Both sides of each connection show certificates of one authority, which name the nodes they are. Empty: every
    /// hello is believed.
    default Optional<Tls> tls() {
        return Optional.empty();
    }

    /// TCP as it is: every hello is believed. For networks nobody else can reach.
    static PeerSecurity plain() {
        return new PlainSecurity();
    }

    /// Mutual TLS: a node without a certificate of the authority that names it gets nowhere.
    static PeerSecurity mutual(Tls tls) {
        return new MutualSecurity(tls);
    }
}
