package io.flotilla.replication;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.FreePorts;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import io.flotilla.replication.Standing.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Node 1 leads, as its log says; node 2's server could.
final class IdleLeadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final NodeId TWO = new NodeId(2);

    private final HandLog log = new HandLog(new CommittedLog(0));
    private final Signals signals = new Signals();
    private final Front front = new Front(signals);
    private final Front other = new Front(new Signals());
    private PeerNetwork one;
    private PeerNetwork two;
    private IdleLead idleLead;

    @BeforeEach
    void start() throws IOException {
        List<Member> members = List.of(member(1), member(2));
        one = network(members, 1);
        two = network(members, 2);
        other.phase(phase(Role.FOLLOWING));
        new PeerStandings(two).serve(other, () -> {}, () -> true, () -> false);
        idleLead = new IdleLead(parts(members));
    }

    @AfterEach
    void close() {
        idleLead.close();
        one.close();
        two.close();
    }

    private Parts parts(List<Member> members) {
        return new Parts(
                new NodeId(1),
                members,
                ReplicationConfig.DEFAULT,
                null,
                null,
                null,
                new PeerStandings(one),
                log,
                new CommittedLog(0),
                signals,
                front,
                new Rebuilds(),
                new HandoverDesk(signals),
                new SnapshotDesk(signals),
                null,
                null,
                new Suspects(),
                (what, cause) -> {
                    throw new AssertionError(what, cause);
                },
                InstantSource.system());
    }

    private static Member member(int id) {
        URI http = URI.create("http://localhost:" + id);
        return new Member(new NodeId(id), "127.0.0.1", FreePorts.one(), http);
    }

    private static PeerNetwork network(List<Member> members, int self) throws IOException {
        Member member = members.get(self - 1);
        InetSocketAddress listen =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), member.port());
        return PeerNetwork.start(
                PeerConfig.of("fleet", member.id(), members, listen, new UUID(0, self)),
                PeerSecurity.plain());
    }

    private static Front.Phase phase(Role role) {
        return new Front.Phase(role, "", Instant.EPOCH);
    }

    private void givesTheLeadToNodeTwo() throws Exception {
        eventually(PATIENCE, () -> assertThat(log.successors()).contains(TWO));
    }

    @Test
    void aServerThatIsRebuiltIsNoLeaders() throws Exception {
        front.phase(phase(Role.REBUILDING));

        idleLead.start();

        givesTheLeadToNodeTwo();
    }

    /// A server takes seconds to stop; there was no leader meanwhile.
    @Test
    void aLeadThatFallsToANodeThatWasToldToStopIsGivenAway() throws Exception {
        front.phase(phase(Role.FOLLOWING));
        signals.stop();

        idleLead.start();

        givesTheLeadToNodeTwo();
    }

    /// It falls to it when it is stopping already.
    @Test
    void soIsOneThatFallsToItLater() throws Exception {
        front.phase(phase(Role.LEADING));
        idleLead.start();
        signals.stop();
        front.phase(phase(Role.FOLLOWING));
        signals.wake();

        givesTheLeadToNodeTwo();
    }
}
