package io.flotilla.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/// What comes of a request's body, waited for.
final class JettyChunks {
    private JettyChunks() {}

    /// @param nanoTime until when, in [System#nanoTime]
    /// @return null when nothing has come by then; else to be released
    static Content.@Nullable Chunk next(Request request, long nanoTime)
            throws InterruptedException {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk != null) {
                return chunk;
            }
            CountDownLatch ready = new CountDownLatch(1);
            request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, ready::countDown));
            if (!ready.await(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return null;
            }
        }
    }
}
