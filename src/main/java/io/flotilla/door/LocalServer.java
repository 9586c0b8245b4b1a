package io.flotilla.door;

import io.flotilla.failure.Deadline;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Replica.Reading;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Opens sessions at this node's server, over its unix socket, for clients of this node's doors and of other nodes'.
///
/// Each begins with a PROXY header, so that the server takes the client's address for its own: an account
/// `app@10.0.0.0/255.0.0.0` can come from there only. (An account of `localhost` can
/// come from everywhere, ours too: [Login] refuses their names.)
final class LocalServer {
    private static final long STALL_PAUSE_MILLIS = 5;

    private final Replica replica;
    private final DoorLimits limits;
    private final Semaphore sessions;

    LocalServer(Replica replica, DoorLimits limits) {
        this.replica = replica;
        this.limits = limits;
        this.sessions = new Semaphore(limits.connections());
    }

    /// Sessions of clients at this node's server.
    int open() {
        return limits.connections() - sessions.availablePermits();
    }

    /// @throws NotNowException if this node does not lead, or not any more
    ServerSession forWriting(InetSocketAddress client, Deadline deadline)
            throws IOException, RefusedException, InterruptedException {
        return open(reign(), client, deadline, false);
    }

    /// Of a leader that is alone: its server cannot be read-only.
    ServerSession guarded(InetSocketAddress client, Deadline deadline)
            throws IOException, RefusedException, InterruptedException {
        return open(reign(), client, deadline, true);
    }

    private Reign reign() throws NotNowException {
        return replica.reign()
                .orElseThrow(
                        () -> new NotNowException("node " + replica.self() + " does not lead"));
    }

    private ServerSession open(
            Reign reign, InetSocketAddress client, Deadline deadline, boolean guarded)
            throws IOException, RefusedException, InterruptedException {
        ReignBinding binding = new ReignBinding(reign);
        while ((binding.stalled() || binding.held()) && !binding.over() && !deadline.over()) {
            Thread.sleep(STALL_PAUSE_MILLIS);
        }
        if (binding.stalled() || binding.held()) {
            throw new NotNowException("writes stand still");
        }
        return open(reign.socket(), client, binding, guarded);
    }

    /// @throws NotNowException if the server may not be read, or is too far behind
    ServerSession forReading(InetSocketAddress client) throws IOException, RefusedException {
        Optional<Reading> reading = replica.reading();
        if (reading.isEmpty()) {
            throw new NotNowException("the server of node " + replica.self() + " is not read now");
        }
        ReadingBinding binding = new ReadingBinding(reading.get(), limits.maxLag());
        if (binding.over()) {
            throw new NotNowException(
                    "the server of node "
                            + replica.self()
                            + " is, or may be, "
                            + reading.get().lag().toMillis()
                            + " ms behind");
        }
        return open(reading.get().socket(), client, binding, false);
    }

    private ServerSession open(
            Path socket, InetSocketAddress client, Binding binding, boolean guarded)
            throws IOException, RefusedException {
        if (!sessions.tryAcquire()) {
            throw new RefusedException(
                    Refusal.tooMany(
                            "node "
                                    + replica.self()
                                    + "'s server has "
                                    + limits.connections()
                                    + " sessions"));
        }
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            Endpoint endpoint = Endpoint.plain(channel);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                Channels.write(endpoint, proxyHeader(client));
                // Again: what was asked for may have ended before the connection was made.
                if (binding.over()) {
                    throw new NotNowException("its role has just changed");
                }
                return new ServerSession(endpoint, binding, guarded, sessions::release);
            } catch (IOException | RuntimeException e) {
                endpoint.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            sessions.release();
            throw e;
        }
    }

    /// Version 1 of the header. The destination says nothing to the server.
    static byte[] proxyHeader(InetSocketAddress client) {
        boolean four = client.getAddress() instanceof Inet4Address;
        String text =
                "PROXY %s %s %s %d 3306\r\n"
                        .formatted(
                                four ? "TCP4" : "TCP6",
                                withoutScope(client.getAddress().getHostAddress()),
                                four ? "127.0.0.1" : "::1",
                                client.getPort());
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String withoutScope(String address) {
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }
}
