package io.flotilla.peer;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flotilla.bench.FreePorts;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PeerNetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private static Member member(NodeId id, int port) {
        return new Member(id, "127.0.0.1", port, URI.create("http://localhost:8000"));
    }

    private static int freePort() {
        return FreePorts.one();
    }

    private PeerNetwork start(
            String fleet,
            NodeId self,
            List<Member> members,
            int port,
            Duration helloTimeout,
            int max)
            throws IOException {
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        PeerConfig config =
                new PeerConfig(
                        fleet,
                        self,
                        members,
                        listen,
                        new UUID(0, self.number()),
                        helloTimeout,
                        max);
        PeerNetwork network = PeerNetwork.start(config, PeerSecurity.plain());
        open.add(network);
        return network;
    }

    /// Node 1 serves; node 2 is a network that can open channels to it.
    private PeerNetwork one() throws IOException {
        return one(Duration.ofMillis(300), 100);
    }

    private PeerNetwork one(Duration helloTimeout, int max) throws IOException {
        int port = freePort();
        return start(
                "fleet",
                ONE,
                List.of(member(ONE, port), member(TWO, freePort())),
                port,
                helloTimeout,
                max);
    }

    private PeerNetwork two(String fleet, PeerNetwork one) throws IOException {
        int port = freePort();
        return start(
                fleet,
                TWO,
                List.of(member(ONE, one.port()), member(TWO, port)),
                port,
                PATIENCE,
                100);
    }

    @Test
    void carriesBytesBothWays() throws Exception {
        PeerNetwork one = one();
        one.serve(ChannelType.FORWARD, channel -> channel.in().transferTo(channel.out()));
        PeerNetwork two = two("fleet", one);
        try (Channel channel = two.open(ONE, ChannelType.FORWARD, PATIENCE)) {
            channel.out().write("there and back".getBytes(StandardCharsets.UTF_8));
            channel.closeOutput();
            assertThat(new String(channel.in().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("there and back");
            assertThat(channel.remote()).isEqualTo(ONE);
            assertThat(channel.remoteIncarnation()).isEqualTo(new UUID(0, 1));
        }
    }

    @Test
    void tellsTheHandlerWhoComes() throws Exception {
        PeerNetwork one = one();
        AtomicReference<String> seen = new AtomicReference<>("");
        one.serve(
                ChannelType.DOOR,
                channel -> seen.set(channel.remote() + " " + channel.remoteIncarnation()));
        two("fleet", one).open(ONE, ChannelType.DOOR, PATIENCE).close();
        eventually(PATIENCE, () -> assertThat(seen.get()).isEqualTo("2 " + new UUID(0, 2)));
    }

    @Test
    void closesTheChannelWhenItsHandlerFails() throws Exception {
        PeerNetwork one = one();
        one.serve(
                ChannelType.DOOR,
                channel -> {
                    throw new IllegalStateException("a defect");
                });
        try (Channel channel = two("fleet", one).open(ONE, ChannelType.DOOR, PATIENCE)) {
            assertThat(channel.in().read()).isNegative();
        }
    }

    @Test
    void answersAProbeWithoutAHandler() throws Exception {
        PeerNetwork one = one();
        two("fleet", one).open(ONE, ChannelType.PROBE, PATIENCE).close();
    }

    /// Under TLS each channel that carried one answer ends so.
    @Test
    void aPeerThatLeavesWithoutHavingReadAllIsNoNews() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(PeerServer.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        open.add(() -> {
            logger.setLevel(null);
            logger.detachAppender(log);
        });
        PeerNetwork one = one();
        CompletableFuture<Thread> server = new CompletableFuture<>();
        one.serve(
                ChannelType.STANDING,
                channel -> {
                    channel.out().write(new byte[100]);
                    server.complete(Thread.currentThread());
                    while (channel.in().read() >= 0) {
                        channel.out().write(1);
                    }
                    throw new SocketException("Connection reset");
                });
        Channel channel = two("fleet", one).open(ONE, ChannelType.STANDING, PATIENCE);
        Thread serving = server.get(10, TimeUnit.SECONDS);

        channel.close();

        assertThat(serving.join(PATIENCE)).isTrue();
        // The network of the test before may still have something to say of its own.
        assertThat(log.list)
                .filteredOn(event -> event.getThreadName().equals(serving.getName()))
                .isEmpty();
    }

    /// The writer of a channel waits for a peer that does not read, frozen or without a network.
    @Test
    void closingAChannelEndsAWriteThatWaits() throws Exception {
        PeerNetwork one = one();
        CountDownLatch frozen = new CountDownLatch(1);
        open.add(frozen::countDown);
        one.serve(ChannelType.SNAPSHOT, channel -> frozen.await());
        try (Channel channel = two("fleet", one).open(ONE, ChannelType.SNAPSHOT, PATIENCE)) {
            AtomicLong written = new AtomicLong();
            FutureTask<Void> writing =
                    new FutureTask<>(() -> {
                        while (true) {
                            channel.out().write(new byte[1 << 16]);
                            written.incrementAndGet();
                        }
                    });
            Thread writer = Thread.ofVirtual().start(writing);
            eventually(
                    PATIENCE,
                    () -> {
                        assertThat(written.get()).isPositive();
                        assertThat(writer.getState()).isEqualTo(Thread.State.WAITING);
                    });

            assertTimeoutPreemptively(PATIENCE, channel::close);

            assertThatThrownBy(() -> writing.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void closesWhatItAcceptedWhenItCloses() throws Exception {
        PeerNetwork one = one();
        one.serve(ChannelType.DOOR, channel -> channel.in().readAllBytes());
        try (Channel channel = two("fleet", one).open(ONE, ChannelType.DOOR, PATIENCE)) {
            one.close();
            assertThat(channel.in().read()).isNegative();
        }
    }

    @Nested
    class Refuses {
        @Test
        void aNodeOfAnotherFleet() throws Exception {
            PeerNetwork one = one();
            assertRefused(
                    () -> two("other", one).open(ONE, ChannelType.PROBE, PATIENCE),
                    "is of fleet 'other'");
        }

        @Test
        void aNodeThatIsNoMember() throws Exception {
            PeerNetwork one = one();
            NodeId nine = new NodeId(9);
            PeerNetwork stranger =
                    start(
                            "fleet",
                            nine,
                            List.of(member(ONE, one.port()), member(nine, freePort())),
                            freePort(),
                            PATIENCE,
                            100);
            assertRefused(
                    () -> stranger.open(ONE, ChannelType.PROBE, PATIENCE),
                    "node 9 is not a member");
        }

        @Test
        void whoExpectsAnotherNodeHere() throws Exception {
            PeerNetwork one = one();
            NodeId three = new NodeId(3);
            PeerNetwork mistaken =
                    start(
                            "fleet",
                            TWO,
                            List.of(member(three, one.port()), member(TWO, freePort())),
                            freePort(),
                            PATIENCE,
                            100);
            assertRefused(
                    () -> mistaken.open(three, ChannelType.PROBE, PATIENCE), "expects node 3");
        }

        @Test
        void aTypeNobodyServes() throws Exception {
            PeerNetwork one = one();
            assertThatThrownBy(() -> two("fleet", one).open(ONE, ChannelType.RAFT, PATIENCE))
                    .isInstanceOfSatisfying(
                            PeerRefusedException.class,
                            refusal -> {
                                assertThat(refusal).hasMessageContaining("does not serve RAFT");
                                assertThat(refusal.soon()).isTrue();
                            });
        }

        @Test
        void whomTheHandlerDoesNotAdmit() throws Exception {
            PeerNetwork one = one();
            one.serve(
                    ChannelType.RAFT,
                    new ChannelHandler() {
                        @Override
                        public void handle(Channel channel) {
                            throw new IllegalStateException("was not admitted");
                        }

                        @Override
                        public void admit(NodeId from, UUID incarnation) throws IOException {
                            throw new PeerRefusedException("not you, node " + from);
                        }
                    });
            assertRefused(
                    () -> two("fleet", one).open(ONE, ChannelType.RAFT, PATIENCE),
                    "not you, node 2");
        }

        @Test
        void clientsBeyondTheLimitButNotRaft() throws Exception {
            PeerNetwork one = one(PATIENCE, 2);
            one.serve(ChannelType.DOOR, channel -> channel.in().readAllBytes());
            one.serve(ChannelType.RAFT, channel -> channel.in().readAllBytes());
            PeerNetwork two = two("fleet", one);
            open.add(two.open(ONE, ChannelType.DOOR, PATIENCE));
            open.add(two.open(ONE, ChannelType.DOOR, PATIENCE));
            assertRefused(() -> two.open(ONE, ChannelType.DOOR, PATIENCE), "holds 2 channels");
            open.add(two.open(ONE, ChannelType.RAFT, PATIENCE));
        }

        @Test
        void aNewerProtocolWithBothVersions() throws Exception {
            PeerNetwork one = one();
            try (Socket socket = raw(one)) {
                socket.getOutputStream().write("FLOTILLA".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(new byte[] {0, 2, 0, 0});
                Welcome welcome =
                        Welcome.receive(
                                new PlainWire(socket), System.nanoTime() + PATIENCE.toNanos());
                assertThat(welcome.verdict()).isEqualTo(Welcome.Verdict.REFUSED);
                assertThat(welcome.reason()).contains("version 2").contains("speaks 1");
            }
        }

        private void assertRefused(
                org.assertj.core.api.ThrowableAssert.ThrowingCallable opening, String reason) {
            assertThatThrownBy(opening)
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessageContaining(reason);
        }
    }

    @Nested
    class CutsOff {
        @Test
        void whoSaysNothing() throws Exception {
            try (Socket socket = raw(one())) {
                assertThat(socket.getInputStream().read()).isNegative();
            }
        }

        /// Who only connects must not fill the memory; whom it knows stays.
        @Test
        void strangersBeyondALimit() throws Exception {
            PeerNetwork one = one(PATIENCE, 1000);
            one.serve(ChannelType.RAFT, channel -> channel.in().transferTo(channel.out()));
            Channel known = two("fleet", one).open(ONE, ChannelType.RAFT, PATIENCE);
            open.add(known);
            for (int i = 0; i < PeerServer.MOST_STRANGERS; i++) {
                open.add(raw(one));
            }

            try (Socket oneMore = raw(one)) {
                assertThat(oneMore.getInputStream().read()).isNegative();
            }

            known.out().write(7);
            assertThat(known.in().read()).isEqualTo(7);
        }

        @Test
        void whoDripsItsHello() throws Exception {
            try (Socket socket = raw(one())) {
                eventually(
                        PATIENCE,
                        () -> {
                            assertThatThrownBy(() -> socket.getOutputStream().write('F'))
                                    .isInstanceOf(IOException.class);
                        });
            }
        }

        @Test
        void whoSpeaksSomethingElse() throws Exception {
            try (Socket socket = raw(one())) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isNegative();
            }
        }
    }

    @Nested
    class Opening {
        @Test
        void failsAtOnceWhereNobodyListens() throws Exception {
            PeerNetwork one = one();
            PeerNetwork two = two("fleet", one);
            one.close();
            // The listener may take one more connection while it closes.
            eventually(
                    PATIENCE,
                    () ->
                            assertThatThrownBy(() -> two.open(ONE, ChannelType.PROBE, PATIENCE))
                                    .isInstanceOf(ConnectException.class)
                                    .hasMessageContaining("refused"));
        }

        @Test
        void failsInTimeWhereNobodyAnswers() throws Exception {
            try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                PeerNetwork two =
                        start(
                                "fleet",
                                TWO,
                                List.of(member(ONE, mute.getLocalPort()), member(TWO, freePort())),
                                freePort(),
                                PATIENCE,
                                100);
                assertThatThrownBy(() -> two.open(ONE, ChannelType.PROBE, Duration.ofMillis(200)))
                        .isInstanceOf(java.net.SocketTimeoutException.class);
            }
        }

        @Test
        void failsWhenTheOtherDiesDuringTheHello() throws Exception {
            try (ServerSocket dying = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                dying.accept().close();
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
                PeerNetwork two =
                        start(
                                "fleet",
                                TWO,
                                List.of(member(ONE, dying.getLocalPort()), member(TWO, freePort())),
                                freePort(),
                                PATIENCE,
                                100);
                assertThatThrownBy(() -> two.open(ONE, ChannelType.PROBE, PATIENCE))
                        .isInstanceOfAny(EOFException.class, java.net.SocketException.class);
            }
        }
    }

    private static Socket raw(PeerNetwork network) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), network.port());
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return socket;
    }
}
