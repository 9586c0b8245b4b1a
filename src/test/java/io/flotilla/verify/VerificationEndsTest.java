package io.flotilla.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.FreePorts;
import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.TestServer;
import io.flotilla.failure.Deadline;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A node that is told to stop does not wait for what the others say of their tables.
final class VerificationEndsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);

    private record Alone(TestServer server) implements LeadingServer {
        @Override
        public Connection connect() throws SQLException {
            return server.connect();
        }

        @Override
        public boolean shows(long seq, Deadline deadline) {
            return true;
        }

        @Override
        public boolean committed(long seq, Deadline deadline) {
            return true;
        }

        @Override
        public Gtid before() {
            return Gtid.NONE;
        }

        @Override
        public boolean definedSince(long seq) {
            return false;
        }

        @Override
        public boolean ended() {
            return false;
        }
    }

    private static int freePort() {
        return FreePorts.one();
    }

    private static PeerNetwork network(NodeId self, List<Member> members) throws IOException {
        int port = members.get(self.number() - 1).port();
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return PeerNetwork.start(
                PeerConfig.of("fleet", self, members, listen, new UUID(0, self.number())),
                PeerSecurity.plain());
    }

    private static Member member(NodeId id) throws IOException {
        return new Member(id, "127.0.0.1", freePort(), URI.create("http://localhost:8000"));
    }

    @Test
    void anInterruptEndsItWhileAnotherNodeIsSilent() throws Exception {
        List<Member> members = List.of(member(ONE), member(TWO));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (TestServer server = TestServer.leader();
                PeerNetwork one = network(ONE, members);
                PeerNetwork two = network(TWO, members)) {
            two.serve(
                    ChannelType.VERIFY,
                    channel -> {
                        DataOutputStream out = new DataOutputStream(channel.out());
                        out.writeByte(Wire.OK);
                        out.writeLong(0);
                        assertThat(channel.in().read()).isEqualTo(Wire.GO_ON);
                        asked.countDown();
                        channel.in().readAllBytes();
                        left.countDown();
                    });
            CompletableFuture<Exception> end = new CompletableFuture<>();
            Thread thread =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    new Verification(
                                                    one,
                                                    new Alone(server),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    InstantSource.system())
                                            .run();
                                    end.completeExceptionally(
                                            new AssertionError("it came to its end"));
                                } catch (IOException | InterruptedException e) {
                                    end.complete(e);
                                }
                            });
            assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();

            thread.interrupt();

            assertThat(thread.join(SOON)).isTrue();
            assertThat(end.join()).isInstanceOf(InterruptedException.class);
            assertThat(left.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }
}
