package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.entity.PeerId;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelHandler;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One node's end of the Raft traffic: a link to and a link from every other member. Thread-safe.
public final class RaftTransport implements AutoCloseable {
    /// How long a new connection waits until its predecessor's end was told to everybody. It is told within
    /// milliseconds; a new connection that waited in vain is closed, and tried again by the peer.
    private static final long SUCCESSION_MILLIS = 2_000;

    private final PeerNetwork network;
    private final Acquaintances acquaintances;
    private final Executor executor;
    private final LinkListener listener;
    private final Vow vow;
    private final RequestDesk desk;
    private final Map<NodeId, OutgoingLink> outgoing = new ConcurrentHashMap<>();
    private final Map<NodeId, IncomingLink> incoming = new ConcurrentHashMap<>();
    private final Map<NodeId, Object> succession = new ConcurrentHashMap<>();

    /// @param executor runs requests and fallback callbacks; must never refuse work
    /// @param alarms ends calls nobody answered
    /// @param voters whether a peer may ask for votes
    /// @param vow what this node has vowed
    /// @param full whether nothing more may be written to this node's disk
    public RaftTransport(
            PeerNetwork network,
            TransportConfig config,
            Acquaintances acquaintances,
            Executor executor,
            ScheduledExecutorService alarms,
            Predicate<PeerId> voters,
            Vow vow,
            BooleanSupplier full,
            LinkListener listener) {
        this.vow = vow;
        this.network = network;
        this.acquaintances = acquaintances;
        this.executor = executor;
        this.listener = listener;
        this.desk = new RequestDesk(network.self(), executor, voters, vow, full, listener);
        for (Member member : network.members()) {
            if (!member.id().equals(network.self())) {
                outgoing.put(
                        member.id(),
                        new OutgoingLink(network, member.id(), config, acquaintances, alarms));
            }
        }
    }

    /// Starts to connect to the others, and to serve them.
    public void start() {
        network.serve(ChannelType.RAFT, new Reception());
        outgoing.values().forEach(OutgoingLink::start);
    }

    /// What `node`'s answers said about it.
    public Optional<Progress> progress(NodeId node) {
        return Optional.ofNullable(outgoing.get(node)).map(OutgoingLink::progress);
    }

    @Nullable OutgoingLink link(NodeId node) {
        return outgoing.get(node);
    }

    Vow vow() {
        return vow;
    }

    Executor executor() {
        return executor;
    }

    /// Whether `node` has an open connection on which it sends requests to this one.
    public boolean heardFrom(NodeId node) {
        return incoming.containsKey(node);
    }

    private final class Reception implements ChannelHandler {
        @Override
        public void admit(NodeId from, UUID incarnation) throws IOException {
            acquaintances.meet(from, incarnation);
        }

        @Override
        public void handle(Channel channel) throws IOException, InterruptedException {
            serve(channel);
        }
    }

    private void serve(Channel channel) throws IOException, InterruptedException {
        NodeId from = channel.remote();
        IncomingLink link = new IncomingLink(network.self(), channel);
        synchronized (succession.computeIfAbsent(from, node -> new Object())) {
            IncomingLink previous = incoming.get(from);
            if (previous != null) {
                previous.close();
                if (!previous.awaitAnnounced(SUCCESSION_MILLIS)) {
                    throw new IOException(
                            "the former connection of node " + from + " does not end");
                }
            }
            incoming.put(from, link);
        }
        try {
            listener.incomingOpened(from);
            link.serve(desk);
        } finally {
            desk.connectionClosed(link);
            incoming.remove(from, link);
            link.announced();
            listener.incomingClosed(from);
        }
    }

    /// Ends all links; what waits to be sent is still written if the peer reads.
    @Override
    public void close() {
        outgoing.values().forEach(OutgoingLink::close);
        incoming.values().forEach(IncomingLink::close);
    }
}
