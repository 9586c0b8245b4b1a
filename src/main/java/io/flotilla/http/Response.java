package io.flotilla.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// An answer. Nothing of it leaves before its buffer is full or it ends: what fails before that can still be answered
/// as a failure. Used by one thread at a time.
final class Response {
    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";

    /// Large enough that most answers leave in one piece, small enough for a thousand of them at once.
    private static final int BUFFER = 16 << 10;

    /// Most answers are shorter still.
    private static final int FIRST_BUFFER = 512;

    private final Wire wire;
    private final Consumer<Response> beforeStart;
    private final List<Headers.Field> headers = new ArrayList<>();
    private int status;
    private long sent;
    private boolean started;
    private boolean ended;

    /// @param beforeStart may set headers that are to be true at the last moment
    Response(Wire wire, Consumer<Response> beforeStart) {
        this.wire = wire;
        this.beforeStart = beforeStart;
    }

    /// Sets a header, instead of an earlier one of that name.
    Response header(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                throw new IllegalArgumentException("not a header value: " + name);
            }
        }
        Headers.Field field = new Headers.Field(name, value);
        for (int i = 0; i < headers.size(); i++) {
            if (headers.get(i).name().equalsIgnoreCase(name)) {
                headers.set(i, field);
                return this;
            }
        }
        headers.add(field);
        return this;
    }

    /// Answers with a body that is known.
    void send(int code, String type, byte[] body) throws IOException {
        header("Content-Type", type);
        sendBare(code, body);
    }

    void send(int code, String type, String body) throws IOException {
        send(code, type, body.getBytes(StandardCharsets.UTF_8));
    }

    /// Answers without a body.
    void sendEmpty(int code) throws IOException {
        sendBare(code, new byte[0]);
    }

    private void sendBare(int code, byte[] body) throws IOException {
        begin(code);
        out(ByteBuffer.wrap(body), true);
    }

    /// Answers with a body of any length; closing the stream ends it well.
    OutputStream stream(int code, String type) {
        header("Content-Type", type);
        begin(code);
        return new Body();
    }

    private void begin(int code) {
        if (started) {
            throw new IllegalStateException("the answer has been started already");
        }
        status = code;
    }

    private void out(ByteBuffer part, boolean last) throws IOException {
        sent += part.remaining();
        if (started) {
            wire.more(part, last);
        } else {
            beforeStart.accept(this);
            started = true;
            wire.start(status, List.copyOf(headers), part, last);
        }
        ended = last;
    }

    /// Whether something has left, so that the status cannot change any more.
    boolean started() {
        return started;
    }

    boolean ended() {
        return ended;
    }

    int status() {
        return status;
    }

    /// Bytes of body handed over so far.
    long sent() {
        return sent;
    }

    /// Breaks an answer that was started and cannot be finished.
    void abort(Throwable why) {
        ended = true;
        wire.abort(why);
    }

    private final class Body extends OutputStream {
        private byte[] buffer = new byte[FIRST_BUFFER];
        private int filled;

        @Override
        public void write(int b) throws IOException {
            makeRoom(1);
            buffer[filled++] = (byte) b;
        }

        /// For one byte at least.
        private void makeRoom(int wanted) throws IOException {
            if (filled == BUFFER) {
                empty(false);
            }
            int enough = Math.min(BUFFER, filled + wanted);
            if (enough > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(BUFFER, Math.max(enough, 2 * filled)));
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int from = offset;
            int left = length;
            while (left > 0) {
                makeRoom(left);
                int now = Math.min(left, buffer.length - filled);
                System.arraycopy(bytes, from, buffer, filled, now);
                filled += now;
                from += now;
                left -= now;
            }
        }

        private void empty(boolean last) throws IOException {
            ByteBuffer part = ByteBuffer.wrap(buffer, 0, filled);
            filled = 0;
            out(part, last);
        }

        /// Sends what is there; used where the receiver waits for it.
        @Override
        public void flush() throws IOException {
            if (filled > 0) {
                empty(false);
            }
        }

        @Override
        public void close() throws IOException {
            if (!ended) {
                empty(true);
            }
        }
    }
}
