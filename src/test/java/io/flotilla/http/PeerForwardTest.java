package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Pipes over the nodes' real link.
final class PeerForwardTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void carriesFramesBothWays() throws Exception {
        List<Member> members = List.of(member(1, freePort()), member(2, freePort()));
        PeerNetwork two = network(2, members);
        try (PeerNetwork one = network(1, members)) {
            ForwardLink.over(two)
                    .serve(pipe -> {
                        while (true) {
                            Frame frame = Frame.receive(pipe.in(), 100);
                            frame.send(pipe.out());
                        }
                    });
            ForwardLink link = ForwardLink.over(one);
            try (ForwardLink.Pipe pipe = link.open(new NodeId(2), PATIENCE)) {
                pipe.readTimeout(PATIENCE);
                assertThat(pipe.remote()).isEqualTo(new NodeId(2));
                new Frame(Frame.Kind.CHUNK, new byte[] {1, 2, 3}).send(pipe.out());
                assertThat(Frame.receive(pipe.in(), 3).content()).containsExactly(1, 2, 3);

                pipe.readTimeout(Duration.ofMillis(20));
                assertThatThrownBy(() -> Frame.receive(pipe.in(), 3))
                        .isInstanceOf(SocketTimeoutException.class);
            }
            two.close();
            assertThatThrownBy(() -> link.open(new NodeId(2), PATIENCE))
                    .isInstanceOf(IOException.class);
        } finally {
            two.close();
        }
    }

    private static Member member(int id, int port) {
        return new Member(new NodeId(id), "127.0.0.1", port, URI.create("http://localhost:" + id));
    }

    private static PeerNetwork network(int self, List<Member> members) throws IOException {
        InetSocketAddress listen = new InetSocketAddress("127.0.0.1", members.get(self - 1).port());
        return PeerNetwork.start(
                PeerConfig.of("test", new NodeId(self), members, listen, UUID.randomUUID()),
                PeerSecurity.plain());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
