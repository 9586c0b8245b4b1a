package io.flotilla.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A proxy on which one node calls another.
final class Wire implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);
    private static final int CHUNK = 64 << 10;

    /// Chunks under way in one direction: 16 MiB, as much as two kernels' buffers hold on a long line.
    private static final int CHUNKS = 256;

    private static final int CONNECT_MILLIS = 2000;

    private final int from;
    private final int to;
    private final InetSocketAddress target;
    private final InetSocketAddress source;
    private final ServerSocket listener;
    private final Flow there = new Flow();
    private final Flow back = new Flow();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Wire(
            int from,
            int to,
            InetSocketAddress target,
            InetSocketAddress source,
            ServerSocket listener) {
        this.from = from;
        this.to = to;
        this.target = target;
        this.source = source;
        this.listener = listener;
    }

    static Wire open(int from, int to, int port, Surroundings surroundings) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(surroundings.seenAs(to), 0));
        Wire wire =
                new Wire(
                        from,
                        to,
                        new InetSocketAddress(surroundings.address(to), port),
                        new InetSocketAddress(surroundings.seenAs(from), 0),
                        listener);
        Thread.ofVirtual().name("wire-" + from + "-" + to).start(wire::accept);
        return wire;
    }

    int port() {
        return listener.getLocalPort();
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    boolean joins(int one, int other) {
        return (from == one && to == other) || (from == other && to == one);
    }

    /// The direction in which bytes go from one node to another; one that nothing uses when this wire joins others.
    Flow flow(int sender, int receiver) {
        if (from == sender && to == receiver) {
            return there;
        }
        return from == receiver && to == sender ? back : new Flow();
    }

    void mend() {
        there.mend();
        back.mend();
    }

    void sever() {
        open.forEach(Wire::reset);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sever();
        mend();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                Thread.ofVirtual().start(() -> join(caller));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /// A call reaches nobody while either direction is held: a connection is made of packets both ways.
    private void join(Socket caller) {
        open.add(caller);
        @Nullable Socket called = null;
        try {
            there.awaitTurn(System.nanoTime(), 0);
            back.awaitTurn(System.nanoTime(), 0);
            called = new Socket();
            open.add(called);
            called.bind(source);
            called.connect(target, CONNECT_MILLIS);
            caller.setTcpNoDelay(true);
            called.setTcpNoDelay(true);
            carry(caller, called);
        } catch (IOException refused) {
            // The caller learns it by the reset below, as it would by a refused connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(caller);
            if (called != null) {
                end(called);
            }
        }
    }

    private void carry(Socket caller, Socket called) throws InterruptedException {
        Thread answers = Thread.ofVirtual().start(() -> pump(called, caller, back, there));
        pump(caller, called, there, back);
        answers.join();
    }

    private record Chunk(byte[] bytes, long came) {
        boolean end() {
            return bytes.length == 0;
        }
    }

    private static void pump(Socket source, Socket sink, Flow flow, Flow reverse) {
        BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS);
        Thread reader = Thread.ofVirtual().start(() -> read(source, underWay));
        try {
            OutputStream out = sink.getOutputStream();
            while (true) {
                Chunk chunk = underWay.take();
                flow.awaitTurn(chunk.came(), chunk.bytes().length);
                if (chunk.end()) {
                    break;
                }
                out.write(chunk.bytes());
            }
        } catch (IOException gone) {
            // The other direction ends with it, below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reader.interrupt();
            endBoth(source, sink, reverse);
        }
    }

    /// The end of either direction is the end of both: nodes close whole connections. The sender learns it as it learns
    /// anything, by what comes back: not while that is held.
    private static void endBoth(Socket source, Socket sink, Flow reverse) {
        reset(sink);
        try {
            reverse.awaitTurn(System.nanoTime(), 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reset(source);
    }

    private static void read(Socket source, BlockingQueue<Chunk> underWay) {
        byte[] buffer = new byte[CHUNK];
        try {
            try {
                InputStream in = source.getInputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    underWay.put(new Chunk(Arrays.copyOf(buffer, count), System.nanoTime()));
                }
            } catch (IOException gone) {
                // Told to the other side as the end below.
            }
            underWay.put(new Chunk(new byte[0], System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        reset(socket);
    }

    /// Ends a connection at once; its peer sees a reset.
    private static void reset(Socket socket) {
        try (socket) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException gone) {
            LOG.trace("it was gone already", gone);
        }
    }
}
