package io.flotilla.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;

/// Sends an answer to a client. Each part blocks until the client's window takes it, or its idle time is over.
final class JettyWire implements Wire {
    /// How long a client that was refused may go on sending the body nobody wants. A connection that is closed in the middle
    /// of it takes the answer along (RFC 9112, 9.6).
    private static final Duration LINGER = Duration.ofSeconds(1);

    /// A client that sends more at once than this is not waited for before it is answered.
    private static final int READS = 16;

    private final Response response;
    private final Callback callback;
    private boolean unread;

    JettyWire(Response response, Callback callback) {
        this.response = response;
        this.callback = callback;
    }

    @Override
    public void start(int status, List<Headers.Field> headers, ByteBuffer part, boolean last)
            throws IOException {
        response.setStatus(status);
        // Else a body that has not come yet, of a request that was refused without it, ends the
        // connection unannounced, and the client's next request with it.
        if (!consumed()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            unread = true;
        }
        for (Headers.Field field : headers) {
            response.getHeaders().put(field.name(), field.value());
        }
        if (last) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, part.remaining());
        }
        more(part, last);
    }

    @Override
    public void more(ByteBuffer part, boolean last) throws IOException {
        try (Blocker.Callback sent = Blocker.callback()) {
            response.write(last, part, sent);
            sent.block();
        }
        if (last) {
            if (unread) {
                linger();
            }
            callback.succeeded();
        }
    }

    /// Whether all of the body has come, which is thrown away. Jetty's own way, consumeAvailable, reads nothing any more
    /// when it has not.
    private boolean consumed() {
        for (int i = 0; i < READS; i++) {
            Content.Chunk chunk = response.getRequest().read();
            if (chunk == null) {
                return false;
            }
            chunk.release();
            if (chunk.isLast()) {
                return !Content.Chunk.isFailure(chunk);
            }
        }
        return false;
    }

    /// Throws what still comes away, for a while.
    private void linger() {
        long until = System.nanoTime() + LINGER.toNanos();
        try {
            while (System.nanoTime() - until < 0) {
                Content.Chunk chunk = JettyChunks.next(response.getRequest(), until);
                if (chunk == null) {
                    return;
                }
                chunk.release();
                if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Jetty closes the connection without the last chunk. It would log any other exception with its stack, at the will
    /// of whoever closes connections.
    @Override
    public void abort(Throwable why) {
        callback.failed(new EofException(why));
    }
}
