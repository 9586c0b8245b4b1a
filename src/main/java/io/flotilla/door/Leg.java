package io.flotilla.door;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// One direction of a relay. Reads only when everything it has read is on its way, so that what it holds is at most one
/// buffer. For its loop's thread.
final class Leg {
    private final Endpoint from;
    private final Endpoint to;
    private final @Nullable Commands commands;
    private final LongAdder bytes;

    /// What the receiver has not taken yet.
    private @Nullable ByteBuffer pending;

    /// The beginning of a packet that must be seen further before it is passed.
    private byte @Nullable [] begun;

    private boolean ended;

    Leg(Endpoint from, Endpoint to, @Nullable Commands commands, LongAdder bytes) {
        this.from = from;
        this.to = to;
        this.commands = commands;
        this.bytes = bytes;
    }

    /// Whether the receiver must take something before more is read.
    boolean blocked() {
        return pending != null;
    }

    /// Whether the sender has closed and everything it sent is out.
    boolean over() {
        return ended && pending == null;
    }

    boolean ended() {
        return ended;
    }

    /// Moves what is there; not to be called while it is blocked.
    ///
    /// @param shared a buffer of the loop
    void pump(ByteBuffer shared) throws IOException, RefusedException {
        while (pending == null && !ended) {
            shared.clear();
            byte @Nullable [] before = begun;
            if (before != null) {
                shared.put(before);
            }
            int count = from.read(shared);
            if (count <= 0) {
                ended = count < 0;
                return;
            }
            bytes.add(count);
            begun = null;
            shared.flip();
            forward(shared);
            if (!from.buffered()) {
                return;
            }
        }
    }

    private void forward(ByteBuffer in) throws IOException, RefusedException {
        @Nullable Commands reader = commands;
        if (reader == null) {
            send(in);
            return;
        }
        while (in.hasRemaining()) {
            int passable = reader.passable(in);
            if (passable > 0) {
                int limit = in.limit();
                in.limit(in.position() + passable);
                send(in);
                in.limit(limit);
                continue;
            }
            byte @Nullable [] replacement = reader.replacement();
            if (replacement == null) {
                begun = new byte[in.remaining()];
                in.get(begun);
                return;
            }
            in.position(in.position() + reader.replaced());
            send(ByteBuffer.wrap(replacement));
        }
    }

    /// Takes everything.
    private void send(ByteBuffer out) throws IOException {
        @Nullable ByteBuffer waiting = pending;
        if (waiting == null) {
            to.write(out);
            if (out.hasRemaining() || !to.flush()) {
                ByteBuffer rest = ByteBuffer.allocate(out.remaining());
                pending = rest.put(out).flip();
            }
        } else {
            ByteBuffer more = ByteBuffer.allocate(waiting.remaining() + out.remaining());
            pending = more.put(waiting).put(out).flip();
        }
    }

    /// The receiver can take more.
    void drain() throws IOException {
        @Nullable ByteBuffer waiting = pending;
        if (waiting != null && to.flush()) {
            to.write(waiting);
            if (!waiting.hasRemaining() && to.flush()) {
                pending = null;
            }
        }
    }
}
