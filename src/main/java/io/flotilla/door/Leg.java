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
    private boolean shut;

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

    /// Whether it failed because the receiver takes nothing any more.
    boolean shut() {
        return shut;
    }

    /// Moves what is there; not to be called while it is blocked.
    ///
    /// @param shared a buffer of the loop
    /// @return whether something was there
    boolean pump(ByteBuffer shared) throws IOException, RefusedException {
        boolean moved = false;
        while (pending == null && !ended) {
            shared.clear();
            byte @Nullable [] before = begun;
            if (before != null) {
                shared.put(before);
            }
            int count = from.read(shared);
            if (count <= 0) {
                ended = count < 0;
                return moved;
            }
            moved = true;
            bytes.add(count);
            begun = null;
            shared.flip();
            forward(shared);
            if (!from.buffered()) {
                return moved;
            }
        }
        return moved;
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
            if (!write(out)) {
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
        if (waiting != null && write(waiting)) {
            pending = null;
        }
    }

    /// @return whether all of it is out
    private boolean write(ByteBuffer out) throws IOException {
        try {
            if (!to.flush()) {
                return false;
            }
            to.write(out);
            return !out.hasRemaining() && to.flush();
        } catch (IOException e) {
            shut = true;
            throw e;
        }
    }
}
