package io.flotilla.consensus;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.Utils;
import io.flotilla.consensus.rpc.LinkListener;
import io.flotilla.consensus.rpc.PeerNames;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts an election as soon as the leader's process is known to be gone, instead of after an election timeout.
///
/// Known to be gone: the connection that carried its appends broke, and two attempts to connect, 20 ms apart, were
/// refused (the operating system of a dead process refuses; a machine that vanished or a cut cable says nothing and is
/// left to the election timeout). Each follower that knows forgets the leader, so that it grants pre-votes; they stand
/// in the order of their ids, the first at once. One whose log is longer than that of the first refuses it, and then
/// stands itself.
///
/// Only liveness hangs on this class: an election held for nothing costs a term, never an entry.
final class QuickElection implements LinkListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuickElection.class);

    /// A dying process's listener may still take a connection: ask twice.
    private static final long SECOND_LOOK_MILLIS = 20;

    private static final Duration PROBE_TIMEOUT = Duration.ofMillis(100);

    /// When the first follower stands: at once, and again while the others may not yet have forgotten the leader.
    private static final long[] ATTEMPTS_MILLIS = {0, 60, 140};

    /// How much later each next follower stands, should those before it not succeed.
    private static final long RANK_MILLIS = 240;

    private final PeerNetwork network;
    private final ConsensusConfig config;
    private final ScheduledExecutorService alarms;
    private final Executor elections;
    private final LongSupplier term;
    private final AtomicLong round = new AtomicLong();
    private volatile @Nullable NodeImpl node;
    private volatile @Nullable Gone gone;

    /// @param elections where elections begin: they wait for the disk, which `alarms` must not
    /// @param term the node's current term
    QuickElection(
            PeerNetwork network,
            ConsensusConfig config,
            ScheduledExecutorService alarms,
            Executor elections,
            LongSupplier term) {
        this.network = network;
        this.config = config;
        this.alarms = alarms;
        this.elections = elections;
        this.term = term;
    }

    /// A leader that is known to be gone.
    ///
    /// @param round the break it was noticed by; a later break or a new connection makes it void
    /// @param term its term; in a later one somebody stands already, with this node's vote or its own
    private record Gone(NodeId leader, long round, long term) {}

    void watch(NodeImpl watched) {
        node = watched;
    }

    @Override
    public void incomingOpened(NodeId from) {
        Gone believed = gone;
        if (believed != null && believed.leader().equals(from)) {
            gone = null;
        }
    }

    @Override
    public void incomingClosed(NodeId from) {
        NodeImpl watched = node;
        if (watched == null || !follows(watched, from)) {
            return;
        }
        long mine = round.incrementAndGet();
        LOG.info(
                "node {}: the connection of leader {} broke, looking whether it is gone",
                network.self(),
                from);
        Thread.ofPlatform()
                .name("raft-probe-" + network.self() + "-" + from)
                .daemon(true)
                .start(() -> confirm(watched, from, mine));
    }

    private void confirm(NodeImpl watched, NodeId leader, long mine) {
        try {
            if (!refuses(leader)) {
                return;
            }
            Thread.sleep(SECOND_LOOK_MILLIS);
            if (!refuses(leader) || mine != round.get() || !follows(watched, leader)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Gone known = new Gone(leader, mine, term.getAsLong());
        gone = known;
        forget(watched);
        // Else it fires when it happens to be due, and whose turn it is not stands beside whose it
        // is.
        NodeInsides.resetElectionTimer(watched);
        int rank = rank(watched, leader);
        LOG.info(
                "node {}: leader {} is gone; this node stands as number {}",
                network.self(),
                leader,
                rank);
        for (long attempt : ATTEMPTS_MILLIS) {
            long delay = rank * RANK_MILLIS + attempt;
            alarms.schedule(
                    () -> elections.execute(() -> stand(watched, known)),
                    delay,
                    TimeUnit.MILLISECONDS);
        }
    }

    /// Whether nobody is there any more. A process that accepts and dies before it answers is on its way out, too;
    /// silence, on the other hand, says nothing.
    private boolean refuses(NodeId leader) {
        try (Channel channel = network.open(leader, ChannelType.PROBE, PROBE_TIMEOUT)) {
            LOG.info("node {}: {} stands, the leader is alive", network.self(), channel);
            return false;
        } catch (ConnectException e) {
            // "Connection timed out" comes as a ConnectException as well.
            return String.valueOf(e.getMessage()).contains("refused");
        } catch (EOFException | SocketException e) {
            return !(e instanceof java.net.NoRouteToHostException);
        } catch (IOException e) {
            LOG.info(
                    "node {}: cannot say whether leader {} is gone: {}",
                    network.self(),
                    leader,
                    e.toString());
            return false;
        }
    }

    /// Own rank among the survivors, by id.
    private int rank(NodeImpl watched, NodeId leader) {
        List<NodeId> before =
                watched.getCurrentConf().listPeers().stream()
                        .flatMap(peer -> PeerNames.node(peer).stream())
                        .filter(peer -> !peer.equals(leader) && peer.compareTo(network.self()) < 0)
                        .toList();
        return before.size();
    }

    /// The node stands if nothing changed since: it still follows, and nobody it heard of.
    private void stand(NodeImpl watched, Gone known) {
        if (!known.equals(gone)
                || known.term() != term.getAsLong()
                || watched.getNodeState() != State.STATE_FOLLOWER) {
            return;
        }
        PeerId leader = watched.getLeaderId();
        if (leader != null && !PeerNames.node(leader).equals(Optional.of(known.leader()))) {
            gone = null;
            return;
        }
        forget(watched);
        NodeInsides.handleElectionTimeout(watched);
    }

    /// The candidate's log was shorter than this node's: stand in its place.
    @Override
    public void voteRefused(NodeId candidate) {
        NodeImpl watched = node;
        Gone known = gone;
        if (watched != null && known != null && !candidate.equals(known.leader())) {
            elections.execute(() -> stand(watched, known));
        }
    }

    private void forget(NodeImpl watched) {
        NodeInsides.lastLeaderTimestamp(
                watched, Utils.monotonicMs() - config.electionTimeout().toMillis() - 1);
    }

    private static boolean follows(NodeImpl watched, NodeId leader) {
        PeerId followed = watched.getLeaderId();
        return watched.getNodeState() == State.STATE_FOLLOWER
                && followed != null
                && PeerNames.node(followed).equals(Optional.of(leader));
    }

    @Override
    public void close() {
        node = null;
        gone = null;
    }
}
