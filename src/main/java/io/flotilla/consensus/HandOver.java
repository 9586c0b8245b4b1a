package io.flotilla.consensus;

import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.util.Utils;
import io.flotilla.consensus.rpc.PeerNames;
import io.flotilla.consensus.rpc.Progress;
import io.flotilla.consensus.rpc.RaftTransport;
import io.flotilla.peer.NodeId;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// One attempt to give up leadership.
final class HandOver {
    /// How often it is looked whether the successor took over; the library does not say.
    private static final long LOOK_MILLIS = 5;

    private final NodeImpl node;
    private final RaftTransport transport;
    private final ConsensusConfig config;
    private final ScheduledExecutorService alarms;
    private final CompletableFuture<Void> result = new CompletableFuture<>();

    HandOver(
            NodeImpl node,
            RaftTransport transport,
            ConsensusConfig config,
            ScheduledExecutorService alarms) {
        this.node = node;
        this.transport = transport;
        this.config = config;
        this.alarms = alarms;
    }

    CompletableFuture<Void> start(long term, Optional<NodeId> wanted) {
        if (!node.isLeader(false)) {
            result.complete(null);
            return result;
        }
        if (isAlone()) {
            NodeInsides.stepDown(
                    node, term, new Status(RaftError.EPERM, "a lone leader gives its term up"));
            NodeInsides.lastLeaderTimestamp(
                    node, Utils.monotonicMs() - config.electionTimeout().toMillis() - 1);
            NodeInsides.handleElectionTimeout(node);
            result.complete(null);
            return result;
        }
        Optional<PeerId> successor = successor(term, wanted);
        if (successor.isEmpty()) {
            result.completeExceptionally(new IllegalStateException("no follower answers"));
            return result;
        }
        Status status = node.transferLeadershipTo(successor.get());
        if (status.isOk() || node.getNodeState() == State.STATE_TRANSFERRING) {
            look();
        } else if (node.isLeader(false)) {
            result.completeExceptionally(new IllegalStateException(status.toString()));
        } else {
            result.complete(null);
        }
        return result;
    }

    /// Nobody can take over from the only voter: it leaves the term, and leads the next one.
    private boolean isAlone() {
        Configuration configuration = node.getCurrentConf();
        return configuration != null && configuration.size() == 1;
    }

    /// The wanted one if it answered within the last election timeout, else who answered and holds most of the log.
    private Optional<PeerId> successor(long term, Optional<NodeId> wanted) {
        Configuration configuration = node.getCurrentConf();
        if (configuration == null) {
            return Optional.empty();
        }
        Optional<PeerId> named =
                wanted.map(PeerNames::peerId)
                        .filter(configuration::contains)
                        .filter(peer -> answers(peer, term));
        return named.or(() ->
                configuration.listPeers().stream()
                        .filter(peer -> !peer.equals(node.getServerId()))
                        .filter(peer -> answers(peer, term))
                        .max(Comparator.comparingLong(peer -> matched(peer, term))));
    }

    private boolean answers(PeerId peer, long term) {
        return progress(peer)
                .filter(p ->
                        p.silentNanos(term, System.nanoTime()) < config.electionTimeout().toNanos())
                .isPresent();
    }

    private long matched(PeerId peer, long term) {
        return progress(peer).map(p -> p.matched(term)).orElse(0L);
    }

    private Optional<Progress> progress(PeerId peer) {
        return PeerNames.node(peer).flatMap(transport::progress);
    }

    private void look() {
        State state = node.getNodeState();
        if (state == State.STATE_TRANSFERRING) {
            alarms.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } else if (state == State.STATE_LEADER) {
            result.completeExceptionally(
                    new IllegalStateException(
                            "the successor did not take over within " + config.electionTimeout()));
        } else {
            result.complete(null);
        }
    }
}
