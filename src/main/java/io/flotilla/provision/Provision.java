package io.flotilla.provision;

import io.flotilla.engine.Replacement;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies of servers' data between this node and the others. Thread-safe.
public final class Provision {
    /// A donor that says nothing for so long is given up. Longer than its server may take to come to rest.
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// What must be left of the disk besides the copy.
    private static final long RESERVE_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Provision.class);

    private final PeerNetwork network;
    private final ProvisionCounters counters = new ProvisionCounters();

    private Provision(PeerNetwork network) {
        this.network = network;
    }

    /// Begins to give this node's data to others that ask.
    public static Provision serve(PeerNetwork network, SnapshotSource source) {
        Provision provision = new Provision(network);
        new SnapshotDonor(source, provision.counters).serve(network);
        return provision;
    }

    public ProvisionCounters counters() {
        return counters;
    }

    /// Fetches another node's data; blocks until they are complete and durable, ready for
    /// [io.flotilla.engine.Engine#install]. Whatever ends it earlier leaves `into` of no use.
    ///
    /// @param version of this node's server program, which must be the donor's
    /// @param transfer says meanwhile how far it is
    /// @throws SnapshotException if that node gives nothing, gives up, or what arrived is not what it sent
    /// @throws IOException if it cannot be reached, or the disk fails
    public void fetch(
            NodeId donor,
            SnapshotRequest request,
            String version,
            Replacement into,
            Transfer transfer)
            throws IOException {
        long begin = System.nanoTime();
        try (Channel channel = network.open(donor, ChannelType.SNAPSHOT, CONNECT)) {
            channel.readTimeout(SILENCE);
            request.write(new DataOutputStream(channel.out()));
            try (SnapshotInput input = new SnapshotInput(channel.in(), into.data(), transfer)) {
                requireVersion(version, input.accepted());
                makeRoom(into, transfer.expected());
                SnapshotEnd end = input.receive(into::room);
                into.complete(end.position(), end.highestBinlog());
                counters.receivedOne();
                LOG.info(
                        "received the data of node {} at '{}': {} MiB in {} ms",
                        donor,
                        end.position(),
                        transfer.bytes() >> 20,
                        (System.nanoTime() - begin) / 1_000_000);
            } finally {
                counters.receivedBytes(transfer.bytes());
            }
        }
    }

    /// The last number of a version may differ: data files are the same within a series.
    private static void requireVersion(String own, String other) throws SnapshotException {
        if (!series(own).equals(series(other))) {
            throw new SnapshotException(
                    "its server is MariaDB " + other + ", this node's is " + own);
        }
    }

    private static Optional<String> series(String version) {
        int second = version.indexOf('.', version.indexOf('.') + 1);
        return second < 0 ? Optional.empty() : Optional.of(version.substring(0, second));
    }

    private static void makeRoom(Replacement into, long bytes) throws IOException {
        long needed = bytes + bytes / 8 + RESERVE_BYTES;
        if (into.room() < needed) {
            LOG.warn("no room for the old data besides the new: they are thrown away");
            into.makeRoom();
        }
        if (into.room() < needed) {
            throw new SnapshotException(
                    "the disk has room for %d MiB, and the copy needs %d"
                            .formatted(into.room() >> 20, needed >> 20));
        }
    }
}
