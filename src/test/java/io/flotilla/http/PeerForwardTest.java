package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.bench.FreePorts;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import io.flotilla.tls.CertificatesForTests;
import io.flotilla.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areLookedAtWhileNothingComesAndLoseNothingByIt(boolean tls, @TempDir Path directory)
            throws Exception {
        CertificatesForTests nodes = CertificatesForTests.in(directory, "node-1", "node-2");
        List<Member> members = List.of(member(1, freePort()), member(2, freePort()));
        CompletableFuture<List<Boolean>> looks = new CompletableFuture<>();
        try (PeerNetwork two = network(2, members, security(nodes, tls, 2));
                PeerNetwork one = network(1, members, security(nodes, tls, 1))) {
            ForwardLink.over(two)
                    .serve(pipe -> {
                        List<Boolean> broken = new ArrayList<>();
                        for (int i = 0; i < 20; i++) {
                            broken.add(ForwardServer.broken(pipe));
                        }
                        Frame.bare(Frame.Kind.READY).send(pipe.out());
                        pipe.readTimeout(PATIENCE);
                        Frame.receive(pipe.in(), 3).send(pipe.out());
                        boolean last = false;
                        while (!last) {
                            last = ForwardServer.broken(pipe);
                        }
                        broken.add(true);
                        looks.complete(broken);
                    });
            try (ForwardLink.Pipe pipe = ForwardLink.over(one).open(new NodeId(2), PATIENCE)) {
                pipe.readTimeout(PATIENCE);
                assertThat(Frame.receive(pipe.in(), 0).kind()).isEqualTo(Frame.Kind.READY);
                new Frame(Frame.Kind.CHUNK, new byte[] {1, 2, 3}).send(pipe.out());
                assertThat(Frame.receive(pipe.in(), 3).content()).containsExactly(1, 2, 3);
                assertThat(looks).isNotDone();
            }
            assertThat(looks.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .hasSize(21)
                    .endsWith(true)
                    .containsOnlyOnce(true);
        }
    }

    private static Member member(int id, int port) {
        return new Member(new NodeId(id), "127.0.0.1", port, URI.create("http://localhost:" + id));
    }

    private static PeerSecurity security(CertificatesForTests nodes, boolean tls, int node)
            throws IOException {
        return tls ? PeerSecurity.mutual(Tls.load(nodes.of("node-" + node))) : PeerSecurity.plain();
    }

    private static PeerNetwork network(int self, List<Member> members) throws IOException {
        return network(self, members, PeerSecurity.plain());
    }

    private static PeerNetwork network(int self, List<Member> members, PeerSecurity security)
            throws IOException {
        InetSocketAddress listen = new InetSocketAddress("127.0.0.1", members.get(self - 1).port());
        return PeerNetwork.start(
                PeerConfig.of("test", new NodeId(self), members, listen, UUID.randomUUID()),
                security);
    }

    private static int freePort() {
        return FreePorts.one();
    }
}
