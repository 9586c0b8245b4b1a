package io.flotilla.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// Its sockets have channels ([Channel#bare]).
final class PlainSecurity implements PeerSecurity {
    /// Connections the kernel may hold for us until they are accepted; too small refuses a burst of door connections.
    private static final int BACKLOG = 512;

    @Override
    public ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket server = ServerSocketChannel.open().socket();
        try {
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
            return server;
        } catch (IOException e) {
            Sockets.close(server);
            throw e;
        }
    }

    @Override
    public Socket connect(InetSocketAddress address, Duration timeout) throws IOException {
        Socket socket = SocketChannel.open().socket();
        try {
            Sockets.prepare(socket);
            socket.connect(address, Math.toIntExact(timeout.toMillis()));
            return socket;
        } catch (IOException e) {
            Sockets.close(socket);
            throw e;
        }
    }
}
