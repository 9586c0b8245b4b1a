package io.flotilla.binlog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// Reads the bytes of a stream in pieces, as they might come from a socket.
final class StreamReading {
    final List<Slice> slices = new ArrayList<>();
    final BinlogStream stream;
    private final ByteBuffer in =
            ByteBuffer.allocateDirect(ServerLink.BUFFER_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .limit(0);

    StreamReading(boolean semiSync, Gtid after) {
        stream = new BinlogStream(semiSync, after, new TransactionCutter(slices::add));
    }

    static byte[] recorded() throws IOException {
        try (InputStream in = StreamReading.class.getResourceAsStream(StreamRecorder.RESOURCE)) {
            return in.readAllBytes();
        }
    }

    /// @param pieces given the room there is, how many bytes come next
    StreamReading read(byte[] bytes, IntUnaryOperator pieces) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            in.compact();
            int room = Math.min(in.remaining(), bytes.length - at);
            int piece = Math.clamp(pieces.applyAsInt(room), 1, room);
            in.put(bytes, at, piece);
            at += piece;
            in.flip();
            while (stream.step(in)) {
                // one event after the other
            }
        }
        return this;
    }

    StreamReading read(byte[] bytes) throws IOException {
        return read(bytes, room -> room);
    }

    /// Bytes that were not enough for an event.
    int left() {
        return in.remaining();
    }

    List<Slice> ends() {
        return slices.stream().filter(Slice::last).toList();
    }
}
