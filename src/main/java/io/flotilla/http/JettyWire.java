package io.flotilla.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;

/// Sends an answer to a client. Each part blocks until the client's window takes it, or its idle time is over.
final class JettyWire implements Wire {
    private final Response response;
    private final Callback callback;

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
        if (!response.getRequest().consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
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
            callback.succeeded();
        }
    }

    /// Jetty closes the connection without the last chunk. It would log any other exception with its stack, at the will
    /// of whoever closes connections.
    @Override
    public void abort(Throwable why) {
        callback.failed(new EofException(why));
    }
}
