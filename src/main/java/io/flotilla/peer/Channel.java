package io.flotilla.peer;

import io.flotilla.tls.TlsStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/// An open connection to another node, after both have said hello.
///
/// Its streams are blocking and unbuffered; one thread may read while another writes. Closing it, from any thread,
/// ends both.
public final class Channel implements AutoCloseable {
    private final Wire wire;
    private final ChannelType type;
    private final NodeId remote;
    private final UUID incarnation;

    Channel(Wire wire, ChannelType type, NodeId remote, UUID incarnation) {
        this.wire = wire;
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
        return wire.in();
    }

    public OutputStream out() throws IOException {
        return wire.out();
    }

    /// How long one read may wait before it fails with a `SocketTimeoutException`; zero for ever (the default).
    public void readTimeout(Duration patience) throws IOException {
        wire.socket().setSoTimeout(Math.toIntExact(patience.toMillis()));
    }

    /// Tells the other side that nothing more comes from here; reading goes on.
    public void closeOutput() throws IOException {
        wire.closeOutput();
    }

    /// The connection itself, for who moves the bytes of many on one thread; the streams are not used any more then.
    ///
    /// @throws IllegalStateException if its connections cannot be used so
    public SocketChannel bare() {
        SocketChannel bare = wire.socket().getChannel();
        if (bare == null) {
            throw new IllegalStateException("a connection between nodes that has no channel");
        }
        return bare;
    }

    /// What protects the connection: who uses [#bare] moves its bytes through this, where it is. It may hold some that
    /// were received already.
    public Optional<TlsStream> tls() {
        return wire.tls();
    }

    /// Never throws: a connection that cannot be closed any more is closed.
    @Override
    public void close() {
        Sockets.close(wire.socket());
    }

    @Override
    public String toString() {
        return type + " channel with node " + remote;
    }
}
