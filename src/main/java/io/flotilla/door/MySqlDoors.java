package io.flotilla.door;

import io.flotilla.peer.ChannelType;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.replication.Replica;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The MySQL doors of a node, and this node's side of the other nodes' doors. Thread-safe.
///
/// Opened before the node has a role: clients of the read-write door wait, within their time, until somebody leads.
public final class MySqlDoors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MySqlDoors.class);

    /// More loops than this move no more bytes than the server makes.
    private static final int MOST_LOOPS = 4;

    /// Between two looks at logins that may take too long, at least.
    private static final long WATCH_MILLIS = 100;

    private final DoorConfig config;
    private final Servers servers;
    private final LocalServer local;
    private final DoorCounters counters = new DoorCounters();
    private final Semaphore connections;
    private final Semaphore waiting;
    private final List<Loop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Visit, Long> visits = new ConcurrentHashMap<>();
    private final List<Door> doors = new ArrayList<>();
    private Optional<Door> readWrite = Optional.empty();
    private Optional<Door> readOnly = Optional.empty();
    private final Thread watch =
            Thread.ofPlatform().name("door-watch").daemon().unstarted(this::watch);
    private volatile boolean closed;

    private MySqlDoors(DoorConfig config, Replica replica, DoorLink link) {
        this.config = config;
        this.local = new LocalServer(replica, config.limits());
        this.servers = new Servers(replica, local, link, config.limits());
        this.connections = new Semaphore(config.limits().connections());
        this.waiting = new Semaphore(config.limits().waiting());
    }

    /// @param network over which the doors of nodes that do not lead reach the leader; its channels of the type DOOR are
    ///     served from here on, also where no door is configured
    /// @throws IOException if an address cannot be taken
    public static MySqlDoors open(DoorConfig config, Replica replica, PeerNetwork network)
            throws IOException {
        MySqlDoors doors = new MySqlDoors(config, replica, new DoorLink(network));
        try {
            doors.start();
        } catch (IOException | RuntimeException e) {
            doors.close();
            throw e;
        }
        network.serve(
                ChannelType.DOOR,
                new Carried(doors.local, config.limits(), doors.counters, doors::nextLoop)::serve);
        replica.onChange(doors::news);
        return doors;
    }

    private void start() throws IOException {
        DoorLimits limits = config.limits();
        int count = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST_LOOPS);
        for (int i = 1; i <= count; i++) {
            loops.add(Loop.start(i, limits.bufferBytes(), limits.idle(), counters));
        }
        watch.start();
        readWrite = open("door-accept-rw", config.readWrite(), servers::forWriting);
        readOnly = open("door-accept-ro", config.readOnly(), servers::forReading);
    }

    private Optional<Door> open(
            String name, Optional<InetSocketAddress> listen, Visit.Search search)
            throws IOException {
        if (listen.isEmpty()) {
            return Optional.empty();
        }
        Door door = Door.open(name, listen.get(), channel -> admit(channel, search));
        doors.add(door);
        LOG.info("MySQL clients are taken on port {}", door.port());
        return Optional.of(door);
    }

    private void admit(SocketChannel channel, Visit.Search search) {
        counters.accepted.increment();
        if (!connections.tryAcquire()) {
            turnAway(channel, "this node's doors have " + config.limits().connections());
        } else if (!waiting.tryAcquire()) {
            connections.release();
            turnAway(channel, config.limits().waiting() + " wait for a server already");
        } else {
            Thread.ofVirtual().name("door-login").start(() -> visit(channel, search));
        }
    }

    private void turnAway(SocketChannel channel, String why) {
        counters.refused.increment();
        try {
            Channels.write(Endpoint.plain(channel), Refusal.tooMany(why).insteadOfGreeting());
        } catch (IOException e) {
            LOG.debug("a client went away before it could be turned away: {}", e.toString());
        } finally {
            Channels.close(channel);
        }
    }

    private void visit(SocketChannel channel, Visit.Search search) {
        counters.waiting.incrementAndGet();
        boolean joined = false;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            InetSocketAddress address = (InetSocketAddress) channel.getRemoteAddress();
            Visit visit = new Visit(channel, address, config.tls(), config.tlsRequired());
            visits.put(visit, System.nanoTime());
            try {
                Optional<ServerSession> session = visit.logIn(search);
                if (session.isPresent()) {
                    joined = true;
                    join(visit.client(), session.get());
                }
            } finally {
                visits.remove(visit);
            }
        } catch (RefusedException e) {
            counters.refused.increment();
            LOG.debug("a client was turned away: {}", e.getMessage());
        } catch (IOException e) {
            LOG.debug("a client did not log in: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the login of a MySQL client failed", e);
        } finally {
            counters.waiting.decrementAndGet();
            waiting.release();
            if (!joined) {
                Channels.close(channel);
                connections.release();
            }
        }
    }

    private void join(Endpoint client, ServerSession session) {
        counters.open.incrementAndGet();
        Commands commands =
                new Commands(count -> counters.killsSoftened.add(count), session.guarded());
        Endpoint server = session.endpoint();
        nextLoop()
                .add(
                        new Relay(
                                client,
                                server,
                                new Leg(client, server, commands, counters.fromClients),
                                new Leg(server, client, null, counters.toClients),
                                session.binding(),
                                how -> {
                                    counters.open.decrementAndGet();
                                    session.release().run();
                                    connections.release();
                                    if (how == Relay.End.CUT) {
                                        counters.cut.increment();
                                    }
                                }));
    }

    private Loop nextLoop() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    private void news() {
        loops.forEach(Loop::news);
        visits.keySet().stream().filter(Visit::over).forEach(Visit::close);
    }

    /// Ends logins that take too long: the time for a server and that for the handshake are over. Sleeps until the next
    /// may: one that begins meanwhile has longer.
    private void watch() {
        long most = config.limits().patience().plus(config.limits().handshake()).toNanos();
        while (!closed) {
            long now = System.nanoTime();
            long left = most;
            for (Map.Entry<Visit, Long> visit : visits.entrySet()) {
                long its = most - (now - visit.getValue());
                if (its < 0) {
                    visit.getKey().close();
                } else {
                    left = Math.min(left, its);
                }
            }
            try {
                Thread.sleep(Math.max(WATCH_MILLIS, left / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    public DoorCounters counters() {
        return counters;
    }

    /// Sessions of clients at this node's server, through whatever node.
    public int sessions() {
        return local.open();
    }

    /// The port of the read-write door, if there is one.
    public OptionalInt readWritePort() {
        return port(readWrite);
    }

    /// The port of the read-only door, if there is one.
    public OptionalInt readOnlyPort() {
        return port(readOnly);
    }

    private static OptionalInt port(Optional<Door> door) {
        return door.map(open -> OptionalInt.of(open.port())).orElse(OptionalInt.empty());
    }

    /// Takes nobody in any more, and cuts everybody.
    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        doors.forEach(Door::close);
        visits.keySet().forEach(Visit::close);
        loops.forEach(Loop::close);
    }
}
