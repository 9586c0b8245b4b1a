package io.flotilla.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.UUID;

/// An open connection to another node, after both have said hello.
///
/// Its streams are blocking and unbuffered; one thread may read while another writes. Closing it, from any thread,
/// ends both.
public final class Channel implements AutoCloseable {
    private final Socket socket;
    private final ChannelType type;
    private final NodeId remote;
    private final UUID incarnation;

    Channel(Socket socket, ChannelType type, NodeId remote, UUID incarnation) {
        this.socket = socket;
        this.type = type;
        this.remote = remote;
        this.incarnation = incarnation;
    }

    public ChannelType type() {
        return type;
    }

    /// The node at the other end.
    public NodeId remote() {
        return remote;
    }

    /// The life of the other node's log: another one means that it lost its directory ([PeerConfig#incarnation]).
    public UUID remoteIncarnation() {
        return incarnation;
    }

    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    /// How long one read may wait before it fails with a `SocketTimeoutException`; zero for ever (the default).
    public void readTimeout(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    }

    /// Tells the other side that nothing more comes from here; reading goes on.
    public void closeOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// The connection itself, for who moves the bytes of many on one thread; the streams are not used any more then.
    ///
    /// @throws IllegalStateException if what secures the link does not let its connections be used so
    public SocketChannel bare() {
        SocketChannel bare = socket.getChannel();
        if (bare == null) {
            throw new IllegalStateException("a connection between nodes that has no channel");
        }
        return bare;
    }

    /// Never throws: a connection that cannot be closed any more is closed.
    @Override
    public void close() {
        Sockets.close(socket);
    }

    @Override
    public String toString() {
        return type + " channel with node " + remote;
    }
}
