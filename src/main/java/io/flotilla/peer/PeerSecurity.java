package io.flotilla.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/// How sockets between nodes are made and how far a hello is believed: the place where mutual TLS goes in.
public interface PeerSecurity {
    /// A listening socket bound to `address`.
    ServerSocket listen(InetSocketAddress address) throws IOException;

    /// A connected socket, ready for the hello.
    Socket connect(InetSocketAddress address, Duration timeout) throws IOException;

    /// Throws unless the other end of `socket` proved that it is `claimed`.
    void verify(Socket socket, NodeId claimed) throws IOException;

    /// TCP as it is: every hello is believed. For networks nobody else can reach.
    static PeerSecurity plain() {
        return new PlainSecurity();
    }
}
