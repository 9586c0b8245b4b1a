package io.flotilla.consensus.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.RaftOutter.EntryMeta;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.flotilla.Fuzz;
import io.flotilla.bench.FreePorts;
import io.flotilla.consensus.Consensus;
import io.flotilla.consensus.ConsensusConfig;
import io.flotilla.consensus.ReplicatedLog;
import io.flotilla.consensus.StateMachine;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node of which nobody else is there, and what somebody who is node 2 can make it do.
class RequestDeskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);
    private static final long FAR = 1_000;

    @TempDir private Path directory;

    private PeerNetwork one;
    private PeerNetwork two;
    private ReplicatedLog log;
    private String group = "";
    private final List<Throwable> deaths = new CopyOnWriteArrayList<>();

    private static int freePort() {
        return FreePorts.one();
    }

    private static Member member(int id, int port) {
        return new Member(new NodeId(id), "127.0.0.1", port, URI.create("http://localhost:1"));
    }

    private static PeerNetwork network(
            String fleet, NodeId self, List<Member> members, UUID incarnation) throws IOException {
        InetSocketAddress listen =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), members.get(self.number() - 1).port());
        return PeerNetwork.start(
                PeerConfig.of(fleet, self, members, listen, incarnation), PeerSecurity.plain());
    }

    @BeforeEach
    void startNodeOne() throws IOException {
        List<Member> members =
                List.of(member(1, freePort()), member(2, freePort()), member(3, freePort()));
        String fleet = UUID.randomUUID().toString();
        ConsensusConfig config = ConsensusConfig.of("g0", directory.resolve("log"));
        one = network(fleet, ONE, members, Consensus.identity(config));
        two = network(fleet, TWO, members, new UUID(0, 2));
        log = Consensus.start(config, one, it -> new Idle(), (what, cause) -> deaths.add(cause));
        group = "g0-" + Integer.toHexString(fleet.hashCode());
    }

    @AfterEach
    void stopIt() {
        log.close();
        one.close();
        two.close();
        assertThat(deaths).isEmpty();
    }

    private Message ask(String server, String peer, boolean preVote, long term) throws IOException {
        return ask(
                RequestVoteRequest.newBuilder()
                        .setGroupId(group)
                        .setServerId(server)
                        .setPeerId(peer)
                        .setTerm(term)
                        .setLastLogTerm(term)
                        .setLastLogIndex(FAR)
                        .setPreVote(preVote)
                        .build());
    }

    private Message ask(Message request) throws IOException {
        try (Channel channel = two.open(ONE, ChannelType.RAFT, PATIENCE)) {
            return exchange(channel, request);
        }
    }

    private static Message exchange(Channel channel, Message request) throws IOException {
        new Frame(MessageKind.of(request), 7, request).write(new DataOutputStream(channel.out()));
        channel.readTimeout(PATIENCE);
        Frame answer = Frame.read(new DataInputStream(channel.in()));
        assertThat(answer.call()).isEqualTo(7);
        return answer.message();
    }

    @Test
    void grantsAVoterItsVote() throws IOException {
        assertThat(ask("node:2", "node:1", false, FAR))
                .isInstanceOfSatisfying(
                        RequestVoteResponse.class, vote -> assertThat(vote.getGranted()).isTrue());
    }

    @Test
    void refusesWhoSpeaksForAnother() throws IOException {
        assertThat(ask("node:3", "node:1", false, FAR)).isInstanceOf(ErrorResponse.class);
        assertThat(log.leadership().term()).isLessThan(FAR);
    }

    @Test
    void refusesWhatIsMeantForAnother() throws IOException {
        assertThat(ask("node:2", "node:3", false, FAR)).isInstanceOf(ErrorResponse.class);
    }

    /// A node that comes back under a new index of its name is a voter only when the group has taken it in.
    @Test
    void refusesAVoteForAnIncarnationThatIsNotInTheGroup() throws IOException {
        assertThat(ask("node:2:1", "node:1", false, FAR)).isInstanceOf(ErrorResponse.class);
        assertThat(log.leadership().term()).isLessThan(FAR);
    }

    @Test
    void standsForElectionOnlyWhenAVoterSaysSo() throws IOException {
        assertThat(
                        ask(
                                TimeoutNowRequest.newBuilder()
                                        .setGroupId(group)
                                        .setServerId("node:2:1")
                                        .setPeerId("node:1")
                                        .setTerm(log.leadership().term())
                                        .build()))
                .isInstanceOf(ErrorResponse.class);
    }

    @Test
    void endsTheOldConnectionBeforeItServesANewOne() throws IOException {
        try (Channel old = two.open(ONE, ChannelType.RAFT, PATIENCE)) {
            RequestVoteRequest request =
                    RequestVoteRequest.newBuilder()
                            .setGroupId(group)
                            .setServerId("node:2")
                            .setPeerId("node:1")
                            .setTerm(1)
                            .setLastLogTerm(0)
                            .setLastLogIndex(0)
                            .setPreVote(true)
                            .build();
            exchange(old, request);
            try (Channel fresh = two.open(ONE, ChannelType.RAFT, PATIENCE)) {
                exchange(fresh, request);
                assertThat(old.in().read()).isNegative();
            }
        }
    }

    @Test
    void appendsRunOnTheThreadThatReadsThem() throws Exception {
        two.serve(ChannelType.RAFT, channel -> channel.in().readAllBytes());
        List<Thread> runners = new CopyOnWriteArrayList<>();
        BooleanSupplier noting =
                () -> {
                    runners.add(Thread.currentThread());
                    return false;
                };
        RequestDesk desk =
                new RequestDesk(ONE, Runnable::run, peer -> true, new Vow(), noting, new Deaf());
        try (Channel channel = one.open(TWO, ChannelType.RAFT, PATIENCE)) {
            IncomingLink link = new IncomingLink(ONE, channel);

            desk.take(link, new Frame(MessageKind.APPEND_ENTRIES, 1, append()));

            assertThat(runners).containsExactly(Thread.currentThread());
            desk.connectionClosed(link);
        }
    }

    @Test
    void closesAConnectionThatCarriesSomethingElse() throws IOException {
        try (Channel channel = two.open(ONE, ChannelType.RAFT, PATIENCE)) {
            channel.out().write(new byte[64]);
            channel.readTimeout(PATIENCE);
            assertThat(channel.in().read()).isNegative();
        }
    }

    /// Messages that are ours by kind and checksum, and say what nobody would say.
    @Test
    void goesOnWhateverANodeSays() throws IOException {
        AppendEntriesRequest append = append();
        InstallSnapshotRequest install =
                InstallSnapshotRequest.newBuilder()
                        .setGroupId(group)
                        .setServerId("node:2")
                        .setPeerId("node:1")
                        .setTerm(1)
                        .setMeta(
                                SnapshotMeta.newBuilder()
                                        .setLastIncludedIndex(9)
                                        .setLastIncludedTerm(1)
                                        .addPeers("node:1"))
                        .setUri("flotilla-base:AAAA")
                        .build();
        ReadIndexRequest read =
                ReadIndexRequest.newBuilder()
                        .setGroupId(group)
                        .setServerId("node:2")
                        .setPeerId("node:1")
                        .build();
        List<Message> samples = List.of(append, install, read);
        for (Message sample : samples) {
            MessageKind kind = MessageKind.of(sample);
            Fuzz.of(List.of(sample.toByteArray()))
                    .refusedBy(IOException.class)
                    .run(
                            150,
                            bytes -> {
                                Message message = kind.parse(bytes);
                                try (Channel channel = two.open(ONE, ChannelType.RAFT, PATIENCE)) {
                                    new Frame(kind, 7, message)
                                            .write(new DataOutputStream(channel.out()));
                                    channel.closeOutput();
                                    channel.readTimeout(PATIENCE);
                                    channel.in().transferTo(OutputStream.nullOutputStream());
                                }
                            });
        }

        assertThat(ask("node:2", "node:1", true, FAR)).isInstanceOf(RequestVoteResponse.class);
    }

    private AppendEntriesRequest append() {
        return AppendEntriesRequest.newBuilder()
                .setGroupId(group)
                .setServerId("node:2")
                .setPeerId("node:1")
                .setTerm(1)
                .setPrevLogTerm(0)
                .setPrevLogIndex(0)
                .setCommittedIndex(0)
                .addEntries(
                        EntryMeta.newBuilder()
                                .setTerm(1)
                                .setType(EntryType.ENTRY_TYPE_DATA)
                                .setDataLen(3))
                .setData(ByteString.copyFromUtf8("abc"))
                .build();
    }

    private static final class Deaf implements LinkListener {
        @Override
        public void incomingOpened(NodeId from) {}

        @Override
        public void incomingClosed(NodeId from) {}

        @Override
        public void voteRefused(NodeId candidate) {}
    }

    private static final class Idle implements StateMachine {
        @Override
        public void committed(long index, long term, byte[] entry) {}

        @Override
        public void restored(long index, byte[] state) {}

        @Override
        public void leading(long term) {}

        @Override
        public void notLeading(long term) {}

        @Override
        public void leadershipChanged() {}
    }
}
