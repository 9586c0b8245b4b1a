package io.flotilla.replication;

import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The question who shall lead next: could your server lead now, and what has it applied?
///
/// Raft knows who has the log; whether that node's server is proved and near the log's end it does not. A lead that is
/// given to a node whose server is starting is one without writes.
///
/// One question per channel, without a body, answered by `ready u1 | applied u8`.
final class PeerStandings {
    private static final Logger LOG = LoggerFactory.getLogger(PeerStandings.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Executor ASKING =
            work -> Thread.ofVirtual().name("ask-standing").start(work);

    private final PeerNetwork network;

    PeerStandings(PeerNetwork network) {
        this.network = network;
    }

    /// @param ready whether its server is proved and follows, so that it can be promoted at once
    /// @param applied the last seq its server is known to show
    private record Answer(NodeId node, boolean ready, long applied) {}

    /// Answers others from now on.
    void serve(Front front) {
        network.serve(
                ChannelType.STANDING,
                channel -> {
                    try (channel) {
                        DataOutputStream out = new DataOutputStream(channel.out());
                        out.writeBoolean(front.phase().role() == Standing.Role.FOLLOWING);
                        out.writeLong(front.applied());
                        out.flush();
                    }
                });
    }

    /// Whether that node's server can be promoted at once.
    boolean isReady(NodeId node) {
        return ask(node).filter(Answer::ready).isPresent();
    }

    /// Of the other nodes whose servers can be promoted at once the one that has applied most; empty when there is none.
    Optional<NodeId> readiest() {
        List<CompletableFuture<Optional<Answer>>> asked =
                network.members().stream()
                        .map(Member::id)
                        .filter(node -> !node.equals(network.self()))
                        .map(node -> CompletableFuture.supplyAsync(() -> ask(node), ASKING))
                        .toList();
        return asked.stream()
                .flatMap(answer -> answer.join().stream())
                .filter(Answer::ready)
                .max(Comparator.comparingLong(Answer::applied))
                .map(Answer::node);
    }

    private Optional<Answer> ask(NodeId node) {
        try (Channel channel = network.open(node, ChannelType.STANDING, PATIENCE)) {
            channel.readTimeout(PATIENCE);
            DataInputStream in = new DataInputStream(channel.in());
            return Optional.of(new Answer(node, in.readBoolean(), in.readLong()));
        } catch (IOException e) {
            LOG.debug("node {} does not tell how it stands", node, e);
            return Optional.empty();
        }
    }
}
