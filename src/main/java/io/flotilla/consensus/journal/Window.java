package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A piece of a file in memory that moves forward: read-ahead for whoever walks through a segment.
final class Window {
    private static final int READ_AHEAD = 1 << 20;

    private final ReadOnlyFile file;
    private final long limit;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long start;

    /// @param limit nothing at or after it is read
    Window(ReadOnlyFile file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    long limit() {
        return limit;
    }

    /// The buffer that holds `length` bytes from `at` on, or fewer where the file ends; [#offset] says where in it.
    ByteBuffer load(long at, int length) throws IOException {
        long wanted = Math.min(at + length, limit);
        if (at < start || wanted > start + bytes.limit()) {
            fill(at, (int) Math.min(Math.max(length, READ_AHEAD), Math.max(0, limit - at)));
        }
        return bytes;
    }

    boolean has(long at, long length) throws IOException {
        if (at + length > limit) {
            return false;
        }
        load(at, (int) length);
        return start <= at && at + length <= start + bytes.limit();
    }

    int offset(long at) {
        return (int) (at - start);
    }

    private void fill(long at, int length) throws IOException {
        if (bytes.capacity() < length) {
            bytes = ByteBuffer.allocate(length);
        }
        bytes.clear().limit(length);
        file.read(bytes, at);
        start = at;
    }
}
