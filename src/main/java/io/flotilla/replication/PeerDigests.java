package io.flotilla.replication;

import io.flotilla.ddl.DdlMarks;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.PeerNetwork;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The question a former leader asks the other nodes: what was your schema's digest after these gated transactions?
///
/// One question per channel: a count u2, so many seqs u8; answered by as many strings (empty where it is not recorded).
final class PeerDigests {
    private static final Logger LOG = LoggerFactory.getLogger(PeerDigests.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// The most that one question names, and more than any node has recorded.
    static final int MOST = 4 * DdlMarks.HISTORY;

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
                        List<Long> seqs = question(new DataInputStream(channel.in()));
                        DataOutputStream out = output(channel);
                        for (long seq : seqs) {
                            out.writeUTF(files.schemaAfter(seq).orElse(""));
                        }
                        out.flush();
                    }
                });
    }

    static List<Long> question(DataInputStream in) throws IOException {
        int count = in.readUnsignedShort();
        if (count > MOST) {
            throw new IOException(count + " digests are asked for at once");
        }
        List<Long> seqs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            seqs.add(in.readLong());
        }
        return seqs;
    }

    private static DataOutputStream output(Channel channel) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(channel.out()));
    }

    /// What the first member that has recorded it says; empty when none does or none can be reached.
    Optional<String> schemaAfter(long seq) {
        return Optional.ofNullable(schemasAfter(new TreeSet<>(Set.of(seq))).get(seq));
    }

    /// What the members have recorded of these; of too many the last [#MOST].
    Map<Long, String> schemasAfter(SortedSet<Long> seqs) {
        Map<Long, String> told = new TreeMap<>();
        NavigableSet<Long> open = new TreeSet<>(seqs);
        while (open.size() > MOST) {
            open.pollFirst();
        }
        for (Member member : network.members()) {
            if (!member.id().equals(network.self()) && !open.isEmpty()) {
                told.putAll(ask(member, open));
                open.removeAll(told.keySet());
            }
        }
        return told;
    }

    private Map<Long, String> ask(Member member, SortedSet<Long> seqs) {
        Map<Long, String> told = new TreeMap<>();
        try (Channel channel = network.open(member.id(), ChannelType.DIGEST, PATIENCE)) {
            channel.readTimeout(PATIENCE);
            DataOutputStream out = output(channel);
            out.writeShort(seqs.size());
            for (long seq : seqs) {
                out.writeLong(seq);
            }
            out.flush();
            DataInputStream in = new DataInputStream(new BufferedInputStream(channel.in()));
            for (long seq : seqs) {
                String digest = in.readUTF();
                if (!digest.isEmpty()) {
                    told.put(seq, digest);
                }
            }
        } catch (IOException e) {
            LOG.debug("node {} does not tell a digest", member.id(), e);
        }
        return told;
    }
}
