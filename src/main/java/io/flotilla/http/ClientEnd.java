package io.flotilla.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/// The TCP end of a client's connection, which can be looked at while nobody reads from it: Jetty's HTTP/1.1 reads only
/// between requests, and so does not notice that a client has gone. What a client has sent ahead is kept for the reader.
final class ClientEnd extends SocketChannelEndPoint implements AskerWatch.Line {
    /// A client that sends more ahead than this is not looked at any more.
    private static final int MAX_EARLY = 4096;

    private final Object lock = new Object();

    /// Whether something was sent since it was read from last. Who reads next is who has sent it, or was given the work by them.
    private boolean answered;

    /// Ready to be read from. Guarded by the lock.
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;

    private ClientEnd(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /// A connector whose connections can be looked at.
    static ServerConnector connector(Server server, ConnectionFactory... protocols) {
        return new ServerConnector(server, 1, 1, protocols) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                SocketChannelEndPoint end = new ClientEnd(channel, selector, key, getScheduler());
                end.setIdleTimeout(getIdleTimeout());
                return end;
            }
        };
    }

    /// Where a request came from.
    static AskerWatch.Line of(Request request) {
        EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
        while (end instanceof EndPoint.Wrapper wrapper) {
            end = wrapper.unwrap();
        }
        return end instanceof ClientEnd client ? client : () -> false;
    }

    @Override
    public boolean broken() {
        synchronized (lock) {
            if (!isOpen()) {
                return true;
            }
            // The body is being read: its reader will notice.
            if (isFillInterested() || early.remaining() >= MAX_EARLY) {
                return false;
            }
            ByteBuffer more = ByteBuffer.allocate(MAX_EARLY - early.remaining());
            try {
                int read = getChannel().read(more);
                if (read > 0) {
                    keep(more.flip());
                }
                return read < 0;
            } catch (IOException e) {
                return true;
            }
        }
    }

    private void keep(ByteBuffer more) {
        ByteBuffer both = ByteBuffer.allocate(early.remaining() + more.remaining());
        early = both.put(early).put(more).flip();
    }

    /// A client that goes on at once is about to when its answer has gone: it is given the processor before it is looked what
    /// has come of it, since to come back for it by way of the selector costs two changes of threads.
    @Override
    @SuppressWarnings("ThreadPriorityCheck") // Nothing depends on it but what it costs.
    public int fill(ByteBuffer buffer) throws IOException {
        int filled = answered ? 0 : fillNow(buffer);
        answered = false;
        if (filled != 0) {
            return filled;
        }
        Thread.yield();
        return fillNow(buffer);
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        answered = true;
        return super.flush(buffers);
    }

    private int fillNow(ByteBuffer buffer) throws IOException {
        synchronized (lock) {
            return early.hasRemaining() ? BufferUtil.append(buffer, early) : super.fill(buffer);
        }
    }

    /// The selector knows nothing of what was read already.
    @Override
    protected void needsFillInterest() {
        boolean ready;
        synchronized (lock) {
            ready = early.hasRemaining();
        }
        if (ready) {
            Thread.ofVirtual().name("http-early").start(getFillInterest()::fillable);
        } else {
            super.needsFillInterest();
        }
    }
}
