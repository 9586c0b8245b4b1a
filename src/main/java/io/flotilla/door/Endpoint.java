package io.flotilla.door;

import io.flotilla.peer.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One side of a connection: bytes in and out of a channel, as they are or under TLS. Blocks while its channel does.
/// For one thread at a time, save [#close].
interface Endpoint extends AutoCloseable {
    SocketChannel channel();

    /// @return how many bytes came, 0 when none are there now, -1 at the end
    int read(ByteBuffer into) throws IOException;

    /// Takes as much as goes out now; what is left in `from` did not.
    void write(ByteBuffer from) throws IOException;

    /// Sends what [#write] took and could not send yet.
    ///
    /// @return whether nothing is left
    boolean flush() throws IOException;

    /// Whether something was received that [#read] can give although nothing more arrives.
    default boolean buffered() {
        return false;
    }

    /// Never throws.
    @Override
    void close();

    /// A connection with another node, whose streams are not used any more.
    static Endpoint of(Channel channel) {
        return channel.tls().<Endpoint>map(TlsEndpoint::new).orElseGet(() -> plain(channel.bare()));
    }

    /// A channel as it is.
    static Endpoint plain(SocketChannel channel) {
        return new PlainEndpoint(channel);
    }
}
