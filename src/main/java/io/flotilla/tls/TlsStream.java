package io.flotilla.tls;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/// Bytes over a TCP connection under TLS. Blocks while its channel does; then reads obey the socket's `SO_TIMEOUT`, and
/// lose nothing when it is over.
///
/// One thread may read while another writes. The end of the connection without TLS's own word for it is an end like any
/// other: what is said here has lengths of its own.
public final class TlsStream {
    /// How long one that was refused is listened to: else the kernel takes back what it was told.
    private static final int LINGER_MILLIS = 500;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;

    /// Received, not decrypted; filled up to its position. The reader's.
    private final ByteBuffer received;

    /// Decrypted, not read; from its position to its limit. The reader's.
    private final ByteBuffer clear;

    /// Encrypted, not sent; from its position to its limit. Of who holds `sending`.
    private final ByteBuffer sent;

    private final ReentrantLock sending = new ReentrantLock();

    /// What was received is not a whole record.
    private boolean partial = true;

    private TlsStream(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
        received = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        clear = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
        sent = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
    }

    /// Shakes hands, without an end to its patience; to be closed from another thread when it takes too long.
    ///
    /// @param channel blocking
    public static TlsStream shakeHands(SocketChannel channel, SSLEngine engine) throws IOException {
        TlsStream stream = new TlsStream(channel, engine);
        engine.beginHandshake();
        stream.shakeHands(Long.MAX_VALUE);
        return stream;
    }

    /// Shakes hands until `System.nanoTime()` reaches `deadline`, however slowly the other side's bytes drip. The other
    /// side is told why when this fails. Leaves an `SO_TIMEOUT`.
    ///
    /// @param channel blocking
    /// @throws SSLException if the other side does not speak TLS, or is not believed, or does not believe this one
    public static TlsStream shakeHands(SocketChannel channel, SSLEngine engine, long deadline)
            throws IOException {
        TlsStream stream = new TlsStream(channel, engine);
        try {
            engine.beginHandshake();
            stream.shakeHands(deadline);
            return stream;
        } catch (SSLException e) {
            stream.sendAlert();
            throw e;
        }
    }

    private void shakeHands(long deadline) throws IOException {
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
                    if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                        limit(deadline);
                        if (receive() < 0) {
                            throw new EOFException("the other side left while it shook hands");
                        }
                    }
                    if (result.getStatus() == Status.CLOSED) {
                        throw new EOFException("the other side gave the handshake up");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void limit(long deadline) throws IOException {
        if (deadline == Long.MAX_VALUE) {
            return;
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("no complete TLS handshake in time");
        }
        channel.socket().setSoTimeout(Math.toIntExact(Math.min(left, Integer.MAX_VALUE)));
    }

    /// Why the handshake failed, for the other side; it may be gone already.
    private void sendAlert() {
        try {
            wrap(NOTHING);
            sendAll();
            channel.shutdownOutput();
            channel.socket().setSoTimeout(LINGER_MILLIS);
            long end = System.nanoTime() + LINGER_MILLIS * 1_000_000L;
            do {
                received.clear();
            } while (receive() > 0 && System.nanoTime() < end);
        } catch (IOException e) {
            // The failure itself is what counts.
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
        int count = channel.isBlocking() ? receiveInTime() : channel.read(received);
        partial &= count <= 0;
        return count;
    }

    /// A channel's own read knows no `SO_TIMEOUT`.
    private int receiveInTime() throws IOException {
        int count =
                channel.socket()
                        .getInputStream()
                        .read(received.array(), received.position(), received.remaining());
        if (count > 0) {
            received.position(received.position() + count);
        }
        return count;
    }

    public SocketChannel channel() {
        return channel;
    }

    /// With whom, and under what.
    public SSLSession session() {
        return engine.getSession();
    }

    /// @return how many bytes came, 0 when none are there now, -1 at the end
    public int read(ByteBuffer into) throws IOException {
        while (!clear.hasRemaining()) {
            clear.clear();
            SSLEngineResult result;
            try {
                result = unwrap(clear);
            } finally {
                clear.flip();
            }
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

    /// New keys, asked for in the middle of a connection. While another thread writes, what it writes next carries the
    /// answer: waiting for it here could wait for a reader that waits for this one.
    private void answerHandshake() throws IOException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            tasks();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && sending.tryLock()) {
            try {
                if (flush()) {
                    wrap(NOTHING);
                    flush();
                }
            } finally {
                sending.unlock();
            }
        }
    }

    /// Takes as much as goes out now; what is left in `from` did not. Everything, while the channel blocks.
    public void write(ByteBuffer from) throws IOException {
        sending.lock();
        try {
            while (from.hasRemaining() && flush()) {
                wrap(from);
            }
            flush();
        } finally {
            sending.unlock();
        }
    }

    /// Sends what [#write] took and could not send yet.
    ///
    /// @return whether nothing is left
    public boolean flush() throws IOException {
        sending.lock();
        try {
            if (sent.hasRemaining()) {
                channel.write(sent);
            }
            return !sent.hasRemaining();
        } finally {
            sending.unlock();
        }
    }

    /// Whether something was received that [#read] can give although nothing more arrives.
    public boolean buffered() {
        return clear.hasRemaining() || received.position() > 0 && !partial;
    }

    /// Tells the other side that nothing more comes from here; under TLS 1.3 reading goes on. For a channel that blocks.
    public void closeOutput() throws IOException {
        sending.lock();
        try {
            engine.closeOutbound();
            sendAll();
            wrap(NOTHING);
            sendAll();
        } finally {
            sending.unlock();
        }
        channel.shutdownOutput();
    }
}
