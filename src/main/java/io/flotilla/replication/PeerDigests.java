package io.flotilla.replication;

import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.PeerNetwork;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The question a former leader asks the other nodes: what was your schema's digest after gated transaction N?
///
/// One question per channel: seq u8, answered by a string (empty when it is not recorded).
final class PeerDigests {
    private static final Logger LOG = LoggerFactory.getLogger(PeerDigests.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final PeerNetwork network;

    PeerDigests(PeerNetwork network) {
        this.network = network;
    }

    /// Answers others from now on.
    void serve(GateFiles files) {
        network.serve(
                ChannelType.DIGEST,
                channel -> {
                    try (channel) {
                        channel.readTimeout(PATIENCE);
                        long seq = new DataInputStream(channel.in()).readLong();
                        DataOutputStream out = new DataOutputStream(channel.out());
                        out.writeUTF(files.schemaAfter(seq).orElse(""));
                        out.flush();
                    }
                });
    }

    /// What the first member that has recorded it says; empty when none does or none can be reached.
    Optional<String> schemaAfter(long seq) {
        return network.members().stream()
                .filter(member -> !member.id().equals(network.self()))
                .flatMap(member -> ask(member, seq).stream())
                .findFirst();
    }

    private Optional<String> ask(Member member, long seq) {
        try (Channel channel = network.open(member.id(), ChannelType.DIGEST, PATIENCE)) {
            channel.readTimeout(PATIENCE);
            DataOutputStream out = new DataOutputStream(channel.out());
            out.writeLong(seq);
            out.flush();
            return Optional.of(new DataInputStream(channel.in()).readUTF())
                    .filter(digest -> !digest.isEmpty());
        } catch (IOException e) {
            LOG.debug("node {} does not tell a digest", member.id(), e);
            return Optional.empty();
        }
    }
}
