package io.flotilla.binlog;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/// A connection to a server's unix socket that never blocks in reading or writing, with one large buffer for what comes.
///
/// Read by one thread; [#write] and [#wakeup] may be called by others.
final class ServerLink implements Closeable {
    static final int BUFFER_BYTES = 256 << 10;

    /// Packets before the stream are small: greetings, answers to SET.
    private static final int MAX_ANSWER = 64 << 10;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer in =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private ServerLink(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        key = channel.register(selector, SelectionKey.OP_READ);
        in.flip();
    }

    static ServerLink open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            // not blocking: a frozen server whose queue is full must fail this at once
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new ServerLink(channel, Selector.open());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// What has been read and not handled.
    ByteBuffer in() {
        return in;
    }

    /// Reads what is there.
    ///
    /// @return how many bytes came; 0 if nothing is there
    int fill() throws IOException {
        in.compact();
        try {
            int count = channel.read(in);
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            return count;
        } finally {
            in.flip();
        }
    }

    /// Waits until something is there to read, or [#wakeup] is called; for ever when `patience` is zero.
    void await(Duration patience) throws IOException {
        selector.select(ignored -> {}, Math.max(patience.toMillis(), patience.isZero() ? 0 : 1));
    }

    /// Ends a wait, now or the next one.
    void wakeup() {
        selector.wakeup();
    }

    /// Whether [#await] also ends when something can be written again.
    void awaitWrites(boolean wanted) {
        key.interestOps(
                wanted ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /// Writes as much as the socket takes now.
    void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    /// Writes one small packet, whole.
    void writePacket(int sequence, byte[] payload) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(PacketHeader.BYTES + payload.length);
        packet.order(ByteOrder.LITTLE_ENDIAN).putInt(payload.length | sequence << 24);
        packet.put(payload).flip();
        channel.write(packet);
        if (packet.hasRemaining()) {
            throw new IOException("the server does not read");
        }
    }

    /// Reads one small packet.
    byte[] readPacket(long deadline) throws IOException {
        while (in.remaining() < PacketHeader.BYTES
                || in.remaining() < PacketHeader.BYTES + answerBytes()) {
            if (fill() == 0) {
                awaitUntil(deadline);
            }
        }
        byte[] payload = new byte[answerBytes()];
        in.position(in.position() + PacketHeader.BYTES);
        in.get(payload);
        return payload;
    }

    private int answerBytes() throws ProtocolException {
        int payload = PacketHeader.payload(in, in.position());
        if (payload > MAX_ANSWER) {
            throw new ProtocolException(
                    "a packet of " + payload + " bytes where a short answer was due");
        }
        return payload;
    }

    /// Waits until something is there to read, or fails when `deadline` ([System#nanoTime]) is over.
    void awaitUntil(long deadline) throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new IOException("the server did not answer in time");
        }
        await(Duration.ofNanos(left));
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for the server");
        }
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
