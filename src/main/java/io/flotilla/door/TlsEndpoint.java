package io.flotilla.door;

import io.flotilla.tls.TlsStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A side under TLS, which ends here.
record TlsEndpoint(TlsStream stream) implements Endpoint {
    @Override
    public SocketChannel channel() {
        return stream.channel();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return stream.read(into);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        stream.write(from);
    }

    @Override
    public boolean flush() throws IOException {
        return stream.flush();
    }

    @Override
    public boolean buffered() {
        return stream.buffered();
    }

    @Override
    public void close() {
        Channels.close(stream.channel());
    }
}
