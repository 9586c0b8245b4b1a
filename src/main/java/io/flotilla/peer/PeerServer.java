package io.flotilla.peer;

import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listening half of [PeerNetwork]: accepts, hears the hello, and hands the connection to its type's handler.
final class PeerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);

    /// How long accepting rests after it failed (no descriptors left, most often).
    private static final long ACCEPT_PAUSE_MILLIS = 100;

    /// Connections accepted beyond [PeerConfig#maxChannels], so that Raft gets through when clients took all of them.
    private static final int HEADROOM = 64;

    /// Connections of which it is not known yet who they are from; more are closed at once. Each holds some 80 KiB under
    /// TLS: without a limit, strangers who only connect fill the memory. Too few refuse a burst of clients' connections
    /// after a failover, which come again.
    static final int MOST_STRANGERS = 256;

    private final PeerConfig config;
    private final PeerSecurity security;
    private final ServerSocket server;
    private final Map<ChannelType, ChannelHandler> handlers = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore strangers = new Semaphore(MOST_STRANGERS);
    private final Complaints complaints = new Complaints();
    private volatile boolean closed;

    PeerServer(PeerConfig config, PeerSecurity security) throws IOException {
        this.config = config;
        this.security = security;
        this.server = security.listen(config.listen());
        handlers.put(
                ChannelType.PROBE, channel -> LOG.debug("probed by node {}", channel.remote()));
    }

    void start() {
        Thread.ofPlatform()
                .name("peer-accept-" + config.self())
                .daemon(true)
                .start(this::acceptAll);
    }

    void serve(ChannelType type, ChannelHandler handler) {
        if (handlers.putIfAbsent(type, handler) != null) {
            throw new IllegalStateException("channels of type " + type + " are served already");
        }
    }

    int port() {
        return server.getLocalPort();
    }

    private void acceptAll() {
        while (!closed) {
            try {
                accept(server.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("cannot accept connections of other nodes: {}", e.toString());
                    pause();
                }
            } catch (RuntimeException | Error e) {
                // Without this thread no other node would ever reach this one again.
                LOG.error("a connection of another node could not be taken", e);
                pause();
            }
        }
    }

    private void accept(Socket socket) {
        open.add(socket);
        if (closed || open.size() > config.maxChannels() + HEADROOM) {
            LOG.warn(
                    "closed a connection from {}: {} are open",
                    socket.getRemoteSocketAddress(),
                    open.size() - 1);
            forget(socket);
            return;
        }
        if (!strangers.tryAcquire()) {
            if (complaints.due("strangers", System.nanoTime())) {
                LOG.warn(
                        "closed a connection from {}: {} others have not said who they are",
                        socket.getRemoteSocketAddress(),
                        MOST_STRANGERS);
            }
            forget(socket);
            return;
        }
        Thread.ofVirtual()
                .name("peer-" + socket.getRemoteSocketAddress())
                .start(() -> greetAndServe(socket));
    }

    private void greetAndServe(Socket socket) {
        try {
            Wire wire;
            Hello hello;
            try {
                Sockets.prepare(socket);
                long deadline = System.nanoTime() + config.helloTimeout().toNanos();
                wire = Wire.accepted(socket, security.tls(), deadline);
                hello = greet(wire, deadline);
            } finally {
                strangers.release();
            }
            serve(wire, hello);
        } catch (PeerRefusedException e) {
            report(e);
        } catch (IOException e) {
            ended(socket, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("a handler of channels failed", e);
        } finally {
            forget(socket);
        }
    }

    /// That the other side has left is nothing to tell: under TLS it is how most short channels end, since what came last was
    /// not read there (session tickets).
    private static void ended(Socket socket, IOException e) {
        if (e instanceof SocketException || e instanceof EOFException) {
            LOG.debug("connection from {} ended", socket.getRemoteSocketAddress(), e);
        } else {
            LOG.info("connection from {} ended: {}", socket.getRemoteSocketAddress(), e.toString());
        }
    }

    /// One line for a peer that tries again and again.
    private void report(PeerRefusedException refusal) {
        String reason = String.valueOf(refusal.getMessage());
        if (!refusal.soon() && complaints.due(reason, System.nanoTime())) {
            LOG.warn("a connection was refused: {}", reason);
        } else {
            LOG.debug("a connection was refused: {}", reason);
        }
    }

    private Hello greet(Wire wire, long deadline) throws IOException {
        try {
            Hello hello = Hello.receive(wire, deadline);
            wire.verify(hello.from());
            check(hello);
            Welcome.accept(config.self(), config.incarnation()).send(wire);
            wire.socket().setSoTimeout(0);
            return hello;
        } catch (PeerRefusedException e) {
            Welcome.refuse(config.self(), config.incarnation(), e).send(wire);
            throw e;
        }
    }

    private void check(Hello hello) throws IOException {
        if (!hello.fleet().equals(config.fleet())) {
            throw new PeerRefusedException(
                    "node "
                            + hello.from()
                            + " is of fleet '"
                            + hello.fleet()
                            + "', this one is '"
                            + config.fleet()
                            + "'");
        }
        if (!hello.to().equals(config.self())) {
            throw new PeerRefusedException(
                    "node "
                            + hello.from()
                            + " expects node "
                            + hello.to()
                            + " here, this is node "
                            + config.self());
        }
        if (config.members().stream().noneMatch(member -> member.id().equals(hello.from()))) {
            throw new PeerRefusedException(
                    "node " + hello.from() + " is not a member of fleet '" + config.fleet() + "'");
        }
        if (carriesClients(hello.type()) && open.size() > config.maxChannels()) {
            throw new PeerRefusedException(
                    "node " + config.self() + " holds " + config.maxChannels() + " channels");
        }
        ChannelHandler handler = handlers.get(hello.type());
        if (handler == null) {
            throw new PeerRefusedException(
                    "node " + config.self() + " does not serve " + hello.type() + " yet", true);
        }
        handler.admit(hello.from(), hello.incarnation());
    }

    private static boolean carriesClients(ChannelType type) {
        return switch (type) {
            case FORWARD, DOOR, SNAPSHOT -> true;
            case RAFT, PROBE, DIGEST, STANDING, REJOIN, VERIFY -> false;
        };
    }

    private void serve(Wire wire, Hello hello) throws IOException, InterruptedException {
        ChannelHandler handler = handlers.get(hello.type());
        if (handler != null) {
            handler.handle(new Channel(wire, hello.type(), hello.from(), hello.incarnation()));
        }
    }

    private void forget(Socket socket) {
        open.remove(socket);
        Sockets.close(socket);
    }

    private void pause() {
        try {
            Thread.sleep(ACCEPT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops listening and closes every channel that was accepted.
    @Override
    public void close() {
        closed = true;
        Sockets.close(server);
        open.forEach(Sockets::close);
    }
}
