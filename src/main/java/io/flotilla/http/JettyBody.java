package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;

/// Reads one request's body within its limits: size, all bodies together, time.
final class JettyBody implements Request.BodySource {
    private final org.eclipse.jetty.server.Request request;
    private final HttpLimits limits;
    private final BodyBudget budget;
    private long taken;

    JettyBody(org.eclipse.jetty.server.Request request, HttpLimits limits, BodyBudget budget) {
        this.request = request;
        this.limits = limits;
        this.budget = budget;
    }

    @Override
    public byte[] read() throws IOException, InterruptedException {
        refuseBeyondLimit(request.getLength());
        Deadline end = Deadline.in(limits.bodyPatience());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Content.Chunk chunk = next(end);
            if (Content.Chunk.isFailure(chunk)) {
                // Whoever ends it here may still listen; nothing was done.
                throw new FlotillaException(
                        Failure.BAD_REQUEST, "the body did not arrive whole", chunk.getFailure());
            }
            boolean last = chunk.isLast();
            try {
                add(chunk, body);
            } finally {
                chunk.release();
            }
            if (last) {
                return body.toByteArray();
            }
        }
    }

    private void add(Content.Chunk chunk, ByteArrayOutputStream body) throws IOException {
        int more = chunk.remaining();
        refuseBeyondLimit((long) body.size() + more);
        budget.take(more);
        taken += more;
        BufferUtil.writeTo(chunk.getByteBuffer(), body);
    }

    private void refuseBeyondLimit(long size) {
        if (size > limits.maxBody()) {
            throw new FlotillaException(
                            Failure.BAD_REQUEST,
                            "the body is larger than " + limits.maxBody() + " bytes")
                    .withStatus(413);
        }
    }

    private Content.Chunk next(Deadline end) throws InterruptedException {
        Content.Chunk chunk = JettyChunks.next(request, end.nanoTime());
        if (chunk == null) {
            throw new FlotillaException(
                            Failure.BAD_REQUEST,
                            "the body did not arrive within " + limits.bodyPatience())
                    .withStatus(408);
        }
        return chunk;
    }

    @Override
    public void claim(long bytes) {
        budget.take(bytes);
        taken += bytes;
    }

    /// The request has been answered; its body is not needed any more.
    void release() {
        budget.giveBack(taken);
        taken = 0;
    }
}
