package io.flotilla.door;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

record PlainEndpoint(SocketChannel channel) implements Endpoint {
    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        channel.write(from);
    }

    @Override
    public boolean flush() {
        return true;
    }

    @Override
    public void close() {
        Channels.close(channel);
    }
}
