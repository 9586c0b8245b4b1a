package io.flotilla.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The net between the nodes of a fleet as one of them sees it: it listens on this node's port and opens channels to
/// the others. Thread-safe.
public final class PeerNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerNetwork.class);

    private final PeerConfig config;
    private final PeerSecurity security;
    private final PeerServer server;

    private PeerNetwork(PeerConfig config, PeerSecurity security) throws IOException {
        this.config = config;
        this.security = security;
        this.server = new PeerServer(config, security);
    }

    /// Starts to listen. A type of channel is refused until [#serve] was called for it.
    public static PeerNetwork start(PeerConfig config, PeerSecurity security) throws IOException {
        PeerNetwork network = new PeerNetwork(config, security);
        network.server.start();
        LOG.info(
                "node {} of fleet '{}' listens for others on port {}",
                config.self(),
                config.fleet(),
                network.port());
        return network;
    }

    /// The fleet's name.
    public String fleet() {
        return config.fleet();
    }

    public NodeId self() {
        return config.self();
    }

    /// The identity of this node's log, as others hear it.
    public UUID incarnation() {
        return config.incarnation();
    }

    /// All nodes of the fleet, this one too.
    public List<Member> members() {
        return config.members();
    }

    /// @throws IllegalArgumentException if nobody has that id
    public Member member(NodeId id) {
        return config.members().stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no member has the id " + id));
    }

    /// The port this node listens on.
    public int port() {
        return server.port();
    }

    /// Says what is to be done with channels of `type` that others open; once per type.
    public void serve(ChannelType type, ChannelHandler handler) {
        server.serve(type, handler);
    }

    /// Opens a channel; blocks for `timeout` at most.
    ///
    /// @throws PeerRefusedException if that node is alive and does not want it
    /// @throws java.net.ConnectException if nobody listens there, which on one's own network means that the process is
    ///     gone
    /// @throws IOException if it could not be reached, or not in time
    public Channel open(NodeId to, ChannelType type, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Member member = member(to);
        Socket socket =
                security.connect(new InetSocketAddress(member.host(), member.port()), timeout);
        try {
            Wire wire = Wire.opened(socket, member, security.tls(), deadline);
            wire.verify(to);
            new Hello(type, config.self(), to, config.incarnation(), config.fleet()).send(wire);
            Welcome welcome = Welcome.receive(wire, deadline);
            if (welcome.verdict() != Welcome.Verdict.ACCEPTED) {
                boolean soon = welcome.verdict() == Welcome.Verdict.NOT_YET;
                throw new PeerRefusedException(
                        "node " + welcome.node() + " refused: " + welcome.reason(), soon);
            }
            if (!welcome.node().equals(to)) {
                throw new PeerRefusedException(
                        "node " + welcome.node() + " answers at the address of node " + to);
            }
            socket.setSoTimeout(0);
            return new Channel(wire, type, to, welcome.incarnation());
        } catch (SSLException e) {
            Sockets.close(socket);
            throw TlsWire.refusal("node " + to, e);
        } catch (IOException | RuntimeException e) {
            Sockets.close(socket);
            throw e;
        }
    }

    /// Stops listening and closes the channels others opened; those opened from here belong to who opened them.
    @Override
    public void close() {
        server.close();
    }
}
