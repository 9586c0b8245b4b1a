package io.flotilla.door;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/// A client's side under TLS, which ends here.
final class TlsEndpoint implements Endpoint {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;

    /// Received, not decrypted; filled up to its position.
    private final ByteBuffer received;

    /// Decrypted, not read; from its position to its limit.
    private final ByteBuffer clear;

    /// Encrypted, not sent; from its position to its limit.
    private final ByteBuffer sent;

    /// What was received is not a whole record.
    private boolean partial = true;

    private TlsEndpoint(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
        received = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        clear = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
        sent = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
    }

    /// Shakes hands; blocks, as the channel does.
    static TlsEndpoint accept(SocketChannel channel, SSLEngine engine) throws IOException {
        TlsEndpoint endpoint = new TlsEndpoint(channel, engine);
        engine.beginHandshake();
        endpoint.shakeHands();
        return endpoint;
    }

    private void shakeHands() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> tasks();
                case NEED_WRAP -> {
                    wrap(NOTHING);
                    sendAll();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    clear.clear();
                    SSLEngineResult result = unwrap(clear);
                    clear.flip();
                    if (result.getStatus() == Status.BUFFER_UNDERFLOW && receive() < 0) {
                        throw new EOFException("the client went away while it shook hands");
                    }
                    if (result.getStatus() == Status.CLOSED) {
                        throw new EOFException("the client gave the handshake up");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void sendAll() throws IOException {
        while (sent.hasRemaining()) {
            channel.write(sent);
        }
    }

    private void tasks() {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }

    private void wrap(ByteBuffer from) throws IOException {
        sent.clear();
        try {
            SSLEngineResult result = engine.wrap(from, sent);
            if (result.getStatus() == Status.CLOSED && from.hasRemaining()) {
                throw new ClosedChannelException();
            }
        } finally {
            sent.flip();
        }
    }

    private SSLEngineResult unwrap(ByteBuffer into) throws IOException {
        received.flip();
        try {
            SSLEngineResult result = engine.unwrap(received, into);
            partial = result.getStatus() == Status.BUFFER_UNDERFLOW;
            return result;
        } finally {
            received.compact();
        }
    }

    private int receive() throws IOException {
        int count = channel.read(received);
        partial &= count <= 0;
        return count;
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (!clear.hasRemaining()) {
            clear.clear();
            SSLEngineResult result = unwrap(clear);
            clear.flip();
            if (result.getStatus() == Status.CLOSED) {
                return -1;
            }
            answerHandshake();
            if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                int count = receive();
                if (count <= 0) {
                    return count;
                }
            }
        }
        int count = Math.min(clear.remaining(), into.remaining());
        into.put(into.position(), clear, clear.position(), count);
        into.position(into.position() + count);
        clear.position(clear.position() + count);
        return count;
    }

    /// New keys, asked for in the middle of a connection.
    private void answerHandshake() throws IOException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            tasks();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && flush()) {
            wrap(NOTHING);
            flush();
        }
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining() && flush()) {
            wrap(from);
        }
        flush();
    }

    @Override
    public boolean flush() throws IOException {
        if (sent.hasRemaining()) {
            channel.write(sent);
        }
        return !sent.hasRemaining();
    }

    @Override
    public boolean buffered() {
        return clear.hasRemaining() || received.position() > 0 && !partial;
    }

    @Override
    public void close() {
        Channels.close(channel);
    }
}
