package io.flotilla.provision;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.FreePorts;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who asks for a real server's data and does not take them.
final class DeafReceiverTest {
    @TempDir private Path directory;

    private WrittenServer donor;

    @BeforeEach
    void start() throws Exception {
        donor = new WrittenServer(directory.resolve("a"), 1);
        donor.startWriting();
    }

    @AfterEach
    void stop() throws Exception {
        donor.close();
    }

    /// A receiver that was frozen kept the donor for itself for as long as it was.
    @Test
    void aReceiverThatStopsReadingDoesNotKeepOthersFromTheirCopies() throws Exception {
        Duration patience = Duration.ofSeconds(30);
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            URI http = URI.create("http://localhost:" + i);
            members.add(new Member(new NodeId(i), "127.0.0.1", FreePorts.one(), http));
        }
        try (PeerNetwork one = network(members, 1);
                PeerNetwork two = network(members, 2);
                PeerNetwork three = network(members, 3)) {
            new SnapshotDonor(donor, new ProvisionCounters(), Duration.ofSeconds(1)).serve(one);
            try (Channel deaf = two.open(new NodeId(1), ChannelType.SNAPSHOT, patience)) {
                ask(deaf).accepted();
                eventually(patience, () -> acceptedBy(three, patience));
            }
        }
    }

    private SnapshotInput ask(Channel channel) throws IOException {
        new SnapshotRequest(0, false).write(new DataOutputStream(channel.out()));
        return new SnapshotInput(channel.in(), directory, new Transfer());
    }

    private void acceptedBy(PeerNetwork receiver, Duration patience) throws IOException {
        try (Channel channel = receiver.open(new NodeId(1), ChannelType.SNAPSHOT, patience)) {
            assertThat(ask(channel).accepted()).isNotEmpty();
        }
    }

    private static PeerNetwork network(List<Member> members, int self) throws IOException {
        Member member = members.get(self - 1);
        InetSocketAddress listen =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), member.port());
        return PeerNetwork.start(
                PeerConfig.of("fleet", member.id(), members, listen, new UUID(0, self)),
                PeerSecurity.plain());
    }
}
