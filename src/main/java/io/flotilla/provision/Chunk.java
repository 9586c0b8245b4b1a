package io.flotilla.provision;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// A piece of a file: what is read, compared and sent at once.
final class Chunk {
    /// Small enough to be sent again for one changed page, large enough that the sums of a terabyte (8 bytes each) fit in
    /// memory. On the wire: never changed within a version.
    static final int BYTES = 1 << 20;

    private Chunk() {}

    /// Two checksums with different polynomials, 64 bits together.
    static long sum(byte[] bytes, int length) {
        CRC32C first = new CRC32C();
        first.update(bytes, 0, length);
        CRC32 second = new CRC32();
        second.update(bytes, 0, length);
        return first.getValue() << 32 | second.getValue();
    }

    static int count(long size) {
        return Math.toIntExact((size + BYTES - 1) / BYTES);
    }

    /// How long the chunk at `index` of a file of that size is.
    static int length(long size, int index) {
        return (int) Math.min(BYTES, size - (long) index * BYTES);
    }
}
