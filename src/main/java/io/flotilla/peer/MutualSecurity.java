package io.flotilla.peer;

import io.flotilla.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/// Mutual TLS over sockets that have channels ([Channel#bare]).
final class MutualSecurity implements PeerSecurity {
    private final PlainSecurity sockets = new PlainSecurity();
    private final Tls tls;

    MutualSecurity(Tls tls) {
        this.tls = tls;
    }

    @Override
    public ServerSocket listen(InetSocketAddress address) throws IOException {
        return sockets.listen(address);
    }

    @Override
    public Socket connect(InetSocketAddress address, Duration timeout) throws IOException {
        return sockets.connect(address, timeout);
    }

    @Override
    public Optional<Tls> tls() {
        return Optional.of(tls);
    }
}
