package io.flotilla.binlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicLong;

/// Packets on their way to a replica, gathered in a buffer.
///
/// Counts the packets' sequence numbers; [#answer] begins the count of a new answer.
final class FeedOutput {
    private static final int BUFFER_BYTES = 256 << 10;

    private final WritableByteChannel channel;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private final AtomicLong bytes;
    private int sequence;

    /// @param bytes counts what is sent
    FeedOutput(WritableByteChannel channel, AtomicLong bytes) {
        this.channel = channel;
        this.bytes = bytes;
    }

    /// The next packet answers one with this sequence number.
    void answer(int request) {
        sequence = request + 1 & 0xff;
    }

    /// Adds a small packet.
    void packet(byte[] payload) throws IOException {
        reserve(PacketHeader.BYTES);
        header(payload.length);
        bytes(payload, 0, payload.length);
    }

    /// Adds a packet's header; its payload follows by other calls.
    ///
    /// INVARIANT: `reserve` was called for it
    void header(int payload) {
        buffer.putInt(payload | sequence << 24);
        sequence = sequence + 1 & 0xff;
    }

    /// Adds a byte; `reserve` was called for it.
    void u8(int value) {
        buffer.put((byte) value);
    }

    /// Makes room for `count` bytes in one piece; at most [#BUFFER_BYTES].
    void reserve(int count) throws IOException {
        if (buffer.remaining() < count) {
            flush();
        }
    }

    /// The buffer itself, for a caller that has reserved what it writes.
    ByteBuffer buffer() {
        return buffer;
    }

    void bytes(byte[] source, int from, int count) throws IOException {
        int at = from;
        int end = from + count;
        while (at < end) {
            reserve(1);
            int part = Math.min(end - at, buffer.remaining());
            buffer.put(source, at, part);
            at += part;
        }
    }

    /// Sends what was gathered; blocks while the replica does not read.
    void flush() throws IOException {
        buffer.flip();
        bytes.addAndGet(buffer.remaining());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
