package io.flotilla.consensus.rpc;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What waits to be written on one connection: bounded, filled by many threads that never wait, emptied by one.
final class Outbox {
    /// Bytes that may wait. Too small refuses appends of a burst, which then start again with a probe; too large keeps
    /// memory for a peer that does not read. One message is always taken, however long.
    static final int MAX_WAITING_BYTES = 64 << 20;

    private static final int WRITE_BUFFER = 128 << 10;

    private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean closed;

    /// False when there is no room, or no connection any more: the frame will not be sent.
    synchronized boolean offer(Frame frame) {
        if (closed || (waitingBytes > 0 && waitingBytes + frame.size() > MAX_WAITING_BYTES)) {
            return false;
        }
        waiting.add(frame);
        waitingBytes += frame.size();
        notifyAll();
        return true;
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

    /// Writes until closed; frames that wait together leave together.
    void writeTo(OutputStream socket) throws IOException, InterruptedException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(socket, WRITE_BUFFER));
        for (Frame frame = next(out); frame != null; frame = next(out)) {
            frame.write(out);
        }
        out.flush();
    }

    private @Nullable Frame next(DataOutputStream out) throws IOException, InterruptedException {
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

    private synchronized @Nullable Frame await() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        return poll();
    }
}
