package io.flotilla.binlog;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A semi-synchronous replica of our own leading server: it reads what the server has written to its binlog, and the
/// server holds each commit until [#acknowledge] says so.
///
/// One thread of its own reads and calls the listener; [#acknowledge] and [#counters] are for every thread.
public final class Tap implements AutoCloseable {
    /// How long the server may take from the first byte to the beginning of its stream. It must find the position in
    /// its binlog, of which it reads one file.
    static final Duration ATTACH_PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Tap.class);

    private final ServerLink link;
    private final BinlogStream stream;
    private final TapListener listener;
    private final Acknowledgements acknowledgements;
    private final byte[] format;
    private final Thread thread;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();

    private volatile boolean closed;
    private boolean slicesGiven;

    private Tap(ServerLink link, long replicaId, Gtid after, TapListener listener, long deadline)
            throws IOException {
        this.link = link;
        this.listener = listener;
        stream = new BinlogStream(true, after, new TransactionCutter(this::slice));
        acknowledgements = new Acknowledgements(link);
        format = awaitFormat(link, stream, deadline);
        thread = Thread.ofPlatform().daemon().name("tap-" + replicaId).unstarted(this::run);
    }

    /// Attaches to the server, and returns when its stream has begun. The listener may be called before.
    ///
    /// @param replicaId the server id this replica gives itself; a new one for each attach (a reused one makes the
    ///     server kill the former stream first, which costs about 100 ms)
    /// @param after the last transaction known: the stream begins with the next one
    /// @throws RefusedException if the server refuses; [RefusedException#UNKNOWN_POSITION] if it does not know `after`
    /// @throws IOException if the server cannot be reached or does not answer
    public static Tap attach(TapAddress address, long replicaId, Gtid after, TapListener listener)
            throws IOException {
        long deadline = System.nanoTime() + ATTACH_PATIENCE.toNanos();
        ServerLink link = ServerLink.open(address.socket());
        try {
            ReplicaLogin login = new ReplicaLogin(link, deadline);
            login.logIn(address.user(), address.password());
            login.dumpAfter(after, replicaId);
            Tap tap = new Tap(link, replicaId, after, listener, deadline);
            tap.thread.start();
            return tap;
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(e, link);
            throw e;
        }
    }

    /// The FORMAT_DESCRIPTION event of the server's first binlog file, read by a replica that is not semi-synchronous,
    /// acknowledges nothing and leaves at once.
    public static byte[] readFormatDescription(TapAddress address, long replicaId)
            throws IOException {
        long deadline = System.nanoTime() + ATTACH_PATIENCE.toNanos();
        try (ServerLink link = ServerLink.open(address.socket())) {
            ReplicaLogin login = new ReplicaLogin(link, deadline);
            login.logIn(address.user(), address.password());
            login.dumpStart(replicaId);
            BinlogStream stream =
                    new BinlogStream(false, Gtid.NONE, new TransactionCutter(ignored -> {}));
            return awaitFormat(link, stream, deadline);
        }
    }

    private static byte[] awaitFormat(ServerLink link, BinlogStream stream, long deadline)
            throws IOException {
        byte[] format = stream.format();
        while (format == null) {
            if (!stream.step(link.in()) && link.fill() == 0) {
                link.awaitUntil(deadline);
            }
            format = stream.format();
        }
        return format;
    }

    private void run() {
        try {
            while (!closed) {
                while (stream.step(link.in())) {
                    // one event after the other
                }
                transactions.lazySet(stream.transactions());
                int count = link.fill();
                bytes.lazySet(bytes.getPlain() + count);
                if (count == 0) {
                    caughtUp();
                }
            }
        } catch (Throwable e) {
            // also a listener's exception: a tap that went on behind it would hide it
            end(e);
        }
    }

    private void caughtUp() throws IOException {
        if (slicesGiven) {
            slicesGiven = false;
            listener.idle();
        }
        link.awaitWrites(!acknowledgements.flush());
        link.await(Duration.ZERO);
    }

    private void slice(Slice slice) {
        slicesGiven = true;
        listener.slice(slice);
    }

    private void end(Throwable cause) {
        boolean unexpected = !closed;
        closed = true;
        closeAfter(cause, link);
        if (unexpected) {
            listener.broken(cause);
        }
    }

    private static void closeAfter(Throwable cause, ServerLink link) {
        try {
            link.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /// Lets the server finish every commit up to `end`. Thread-safe; does not wait for the server; a position before
    /// one that was acknowledged already is left out. Without effect when the tap is closed or broken.
    public void acknowledge(BinlogPosition end) {
        if (closed) {
            return;
        }
        try {
            if (!acknowledgements.add(end)) {
                link.wakeup();
            }
        } catch (IOException e) {
            // the reading thread meets the same broken connection, and tells the listener
            link.wakeup();
        }
    }

    /// The FORMAT_DESCRIPTION event with which the stream began.
    public byte[] formatDescription() {
        return format.clone();
    }

    public TapCounters counters() {
        return new TapCounters(bytes.get(), transactions.get(), acknowledgements.count());
    }

    /// Leaves the server; commits that wait go on waiting. Interrupts a listener's call that blocks. When it returns,
    /// no call of the listener is under way (save the one that calls it) and none will come.
    @Override
    public void close() {
        closed = true;
        try {
            link.close();
        } catch (IOException e) {
            LOG.warn("closing the connection to the server failed", e);
        }
        if (Thread.currentThread() != thread) {
            thread.interrupt();
            joinUninterruptibly();
        }
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
