package io.flotilla.binlog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A primary for our own following server: its replica threads fetch from here what a [FeedSource] gives.
///
/// Listens on the loopback address, with a port and an account of its own; serves one replica at a time (a new stream
/// ends the one before). A virtual thread accepts, and one of the
/// system's serves each connection: the stream's would else wake a carrier, a poller and a timer for each group.
public final class Feed implements AutoCloseable {
    /// A replica needs one connection, and for a moment a second one to kill the first. Others on this machine may
    /// connect, but cannot log in.
    static final int MAX_CONNECTIONS = 16;

    /// The events' positions have 32 bits, and a transaction that begins below the limit may be long.
    static final long FILE_LIMIT = 1L << 30;

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final int SECRET_BYTES = 24;
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
    private static final Duration END_PATIENCE = Duration.ofSeconds(2);

    private final FeedSource source;
    private final long fileLimit;
    private final ThreadFactory threads;
    private final ServerSocketChannel server;
    private final FeedAddress address;
    private final Map<FeedSession, Thread> sessions = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong dumps = new AtomicLong();
    private final Thread acceptor;
    private @Nullable FeedSession dumping;
    private volatile boolean closed;

    private Feed(FeedSource source, long fileLimit, ThreadFactory threads) throws IOException {
        this.source = source;
        this.fileLimit = fileLimit;
        this.threads = threads;
        server = ServerSocketChannel.open();
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        server.bind(new InetSocketAddress(loopback, 0));
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        address = new FeedAddress(loopback.getHostAddress(), port, "feed", secret());
        acceptor = Thread.ofVirtual().name("feed-accept").unstarted(this::accept);
    }

    public static Feed start(FeedSource source) throws IOException {
        return start(source, FILE_LIMIT);
    }

    static Feed start(FeedSource source, long fileLimit) throws IOException {
        return start(source, fileLimit, Thread.ofPlatform().daemon().name("feed-", 1).factory());
    }

    /// @param threads makes one for each connection
    static Feed start(FeedSource source, long fileLimit, ThreadFactory threads) throws IOException {
        Feed feed = new Feed(source, fileLimit, threads);
        feed.acceptor.start();
        return feed;
    }

    private static String secret() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    public FeedAddress address() {
        return address;
    }

    public FeedCounters counters() {
        return new FeedCounters(bytes.get(), transactions.get(), dumps.get());
    }

    private void accept() {
        long id = 0;
        while (!closed) {
            try {
                SocketChannel channel = server.accept();
                id++;
                serve(channel, id);
            } catch (IOException e) {
                refusedConnection(e);
            } catch (RuntimeException | Error e) {
                // Without this thread the server would never be fed again, and nobody would know.
                LOG.error("a connection to the feed could not be served", e);
                pause();
            }
        }
    }

    /// A connection that broke at once, or no descriptor for it: the next one may go well.
    private void refusedConnection(IOException cause) {
        if (!closed) {
            LOG.warn("the feed could not take a connection", cause);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(ACCEPT_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel channel, long id) throws IOException {
        if (sessions.size() >= MAX_CONNECTIONS) {
            LOG.warn("more than {} connections to the feed: one was closed", MAX_CONNECTIONS);
            channel.close();
            return;
        }
        boolean served = false;
        try {
            FeedSession session =
                    new FeedSession(this, id, channel, new FeedOutput(channel, bytes));
            Thread thread = threads.newThread(session);
            sessions.put(session, thread);
            try {
                thread.start();
                served = true;
            } finally {
                if (!served) {
                    forget(session);
                }
            }
        } finally {
            if (!served) {
                channel.close();
            }
        }
    }

    FeedSource source() {
        return source;
    }

    boolean admits(String user, byte[] nonce, byte[] proof) {
        boolean name =
                MessageDigest.isEqual(
                        user.getBytes(StandardCharsets.UTF_8),
                        address.user().getBytes(StandardCharsets.UTF_8));
        return NativePassword.matches(address.password(), nonce, proof) && name;
    }

    FeedStream stream(FeedSource.Cursor cursor, FeedOutput out, Duration heartbeat) {
        dumps.incrementAndGet();
        return new FeedStream(cursor, out, heartbeat, fileLimit, transactions);
    }

    /// This session begins a stream: the one before must have ended.
    synchronized void dumping(FeedSession session) throws InterruptedException {
        if (dumping != null) {
            endAndAwait(dumping);
        }
        dumping = session;
    }

    void kill(long id) {
        sessions.forEach((session, thread) -> {
            if (session.id() == id) {
                session.end();
                thread.interrupt();
            }
        });
    }

    void forget(FeedSession session) {
        sessions.remove(session);
    }

    private void endAndAwait(FeedSession session) throws InterruptedException {
        Thread thread = sessions.get(session);
        if (thread == null) {
            return;
        }
        session.end();
        thread.interrupt();
        if (!thread.join(END_PATIENCE)) {
            throw new IllegalStateException("the stream before does not end: its source blocks");
        }
    }

    /// Ends all connections and waits for their threads; the source's cursors are closed when it returns.
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("closing the feed's port failed", e);
        }
        boolean interrupted = join(acceptor);
        sessions.forEach((session, thread) -> {
            session.end();
            thread.interrupt();
        });
        for (Thread thread : sessions.values()) {
            interrupted |= join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
