package io.flotilla.consensus.rpc;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What waits to be written on one connection: bounded, filled by many threads, emptied by one.
///
/// That one need not be woken for a small frame while there is nothing else to write: then who brings it may write it
/// himself ([#send]), which is what an idle group's heartbeats are spared.
final class Outbox {
    /// Bytes that may wait. Too small refuses appends of a burst, which then start again with a probe; too large keeps
    /// memory for a peer that does not read. One message is always taken, however long.
    static final int MAX_WAITING_BYTES = 64 << 20;

    /// The longest frame [#send] writes itself: it fits into the buffer of a connection that has nothing under way.
    static final int MAX_SENT_BYTES = 8 << 10;

    private static final int WRITE_BUFFER = 128 << 10;

    private final DataOutputStream out;
    private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean closed;

    /// Whether the writer waits, and all it wrote is out.
    private boolean idle;

    /// Whether somebody else writes in the writer's place, who waits for as long.
    private boolean lent;

    private @Nullable IOException failure;

    Outbox(OutputStream socket) {
        out = new DataOutputStream(new BufferedOutputStream(socket, WRITE_BUFFER));
    }

    /// Leaves a frame to the writer; never blocks. False when there is no room, or no connection any more: the frame
    /// will not be sent.
    synchronized boolean offer(Frame frame) {
        if (closed || (waitingBytes > 0 && waitingBytes + frame.size() > MAX_WAITING_BYTES)) {
            return false;
        }
        waiting.add(frame);
        waitingBytes += frame.size();
        if (!lent) {
            notifyAll();
        }
        return true;
    }

    /// Writes a frame on this thread if nothing else is to be written and it is small, else leaves it to the writer.
    /// Blocks only while what was sent before is not read at the other end.
    ///
    /// @return as [#offer]; also false when writing failed, of which the writer is told
    boolean send(Frame frame) {
        synchronized (this) {
            if (closed || !idle || lent || !waiting.isEmpty() || frame.size() > MAX_SENT_BYTES) {
                return offer(frame);
            }
            lent = true;
        }
        boolean written = false;
        @Nullable IOException cause = null;
        try {
            frame.write(out);
            out.flush();
            written = true;
        } catch (IOException e) {
            cause = e;
        } finally {
            giveBack(written, cause);
        }
        return written;
    }

    private synchronized void giveBack(boolean written, @Nullable IOException cause) {
        lent = false;
        if (!written) {
            failure = cause == null ? new IOException("a message could not be written") : cause;
            close(false);
        } else if (closed || !waiting.isEmpty()) {
            notifyAll();
        }
    }

    /// Nothing more is taken; what waits is written when `drain`, else dropped.
    synchronized void close(boolean drain) {
        closed = true;
        if (!drain) {
            waiting.clear();
            waitingBytes = 0;
        }
        notifyAll();
    }

    /// Writes until closed; frames that wait together leave together. For one thread, the writer.
    void write() throws IOException, InterruptedException {
        for (Frame frame = next(); frame != null; frame = next()) {
            frame.write(out);
        }
        out.flush();
    }

    private @Nullable Frame next() throws IOException, InterruptedException {
        Frame frame = poll();
        if (frame != null) {
            return frame;
        }
        out.flush();
        return await();
    }

    private synchronized @Nullable Frame poll() {
        Frame frame = waiting.poll();
        if (frame != null) {
            waitingBytes -= frame.size();
        }
        return frame;
    }

    private synchronized @Nullable Frame await() throws IOException, InterruptedException {
        idle = true;
        try {
            while (lent || (waiting.isEmpty() && !closed)) {
                wait();
            }
        } finally {
            idle = false;
        }
        if (failure != null) {
            throw failure;
        }
        return poll();
    }
}
