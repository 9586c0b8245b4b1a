package io.flotilla.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Memory for calls of the C library, given back when it is closed. For one thread.
public final class Scratch implements AutoCloseable {
    static final String ERRNO = "errno";

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final int ERRNO_AT =
            Math.toIntExact(CAPTURED.byteOffset(MemoryLayout.PathElement.groupElement(ERRNO)));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(CAPTURED);

    /// Zeros in the byte order of the machine, at an address for any type.
    public ByteBuffer bytes(int size) {
        return view(arena.allocate(size, Long.BYTES));
    }

    /// The address of a text as C has it, in UTF-8.
    ///
    /// @throws IllegalArgumentException if it holds a zero, where C would end it
    public long text(String text) {
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a zero in: " + text);
        }
        byte[] letters = text.getBytes(StandardCharsets.UTF_8);
        return address(bytes(letters.length + 1).put(letters).clear());
    }

    /// @param bytes of this scratch, its position at the start
    public long address(ByteBuffer bytes) {
        return MemorySegment.ofBuffer(bytes).address();
    }

    /// The error's number of the last call, as errno.h has them; any if it did not fail.
    public int errno() {
        return view(state).getInt(ERRNO_AT);
    }

    private static ByteBuffer view(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    MemorySegment state() {
        return state;
    }

    @Override
    public void close() {
        arena.close();
    }
}
