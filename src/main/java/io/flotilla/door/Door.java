package io.flotilla.door;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listening port: accepts clients, on a thread of its own, and hands them on.
final class Door implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    /// Connections the kernel may hold for us until they are accepted; too small refuses a pool that opens again.
    private static final int BACKLOG = 512;

    /// How long accepting rests after it failed (no descriptors left, most often).
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel server;
    private final Consumer<SocketChannel> visitors;
    private volatile boolean closed;

    private Door(ServerSocketChannel server, Consumer<SocketChannel> visitors) {
        this.server = server;
        this.visitors = visitors;
    }

    /// @param name of its thread
    /// @throws IOException if the address cannot be taken
    static Door open(String name, InetSocketAddress listen, Consumer<SocketChannel> visitors)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(listen, BACKLOG);
        } catch (IOException e) {
            Channels.close(server);
            throw new IOException("cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        Door door = new Door(server, visitors);
        Thread.ofPlatform().name(name).daemon().start(door::accept);
        return door;
    }

    int port() {
        return server.socket().getLocalPort();
    }

    private void accept() {
        while (!closed) {
            try {
                visitors.accept(server.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("cannot accept MySQL clients: {}", e.toString());
                    pause();
                }
            } catch (RuntimeException | Error e) {
                // Without this thread the port would be open and take nobody.
                LOG.error("a MySQL client could not be taken", e);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        Channels.close(server);
    }
}
