package io.flotilla.peer;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flotilla.bench.FreePorts;
import io.flotilla.tls.CertificatesForTests;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// Node 1 serves every type of channel under mutual TLS; who comes is node 2, or is not.
class MutualTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);

    @TempDir static Path home;
    private static CertificatesForTests fleet;
    private static CertificatesForTests others;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void issue() throws IOException {
        fleet = CertificatesForTests.in(home.resolve("fleet"), "node-1", "node-2", "node-3");
        fleet.expired("late");
        others = CertificatesForTests.in(home.resolve("others"), "node-1", "node-2");
    }

    @BeforeEach
    void listen() {
        log.start();
        serverLog().addAppender(log);
    }

    @AfterEach
    void closeAll() throws Exception {
        serverLog().detachAppender(log);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static Logger serverLog() {
        return (Logger) LoggerFactory.getLogger(PeerServer.class);
    }

    private static int freePort() {
        return FreePorts.one();
    }

    private static Member member(NodeId id, int port) {
        return new Member(id, "127.0.0.1", port, URI.create("https://localhost:8000"));
    }

    private PeerNetwork start(NodeId self, int one, PeerSecurity security, Duration hello)
            throws IOException {
        int two = freePort();
        PeerNetwork network =
                PeerNetwork.start(
                        new PeerConfig(
                                "fleet",
                                self,
                                List.of(member(ONE, one), member(TWO, two)),
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(),
                                        self.equals(ONE) ? one : two),
                                new UUID(0, self.number()),
                                hello,
                                100),
                        security);
        open.add(network);
        return network;
    }

    private PeerNetwork one(PeerSecurity security) throws IOException {
        PeerNetwork one = start(ONE, freePort(), security, PATIENCE);
        for (ChannelType type : ChannelType.values()) {
            if (type != ChannelType.PROBE) {
                one.serve(type, channel -> channel.in().transferTo(channel.out()));
            }
        }
        return one;
    }

    private PeerNetwork one() throws IOException {
        return one(mutual(fleet.of("node-1")));
    }

    private PeerNetwork two(PeerNetwork one, PeerSecurity security) throws IOException {
        return start(TWO, one.port(), security, PATIENCE);
    }

    private PeerNetwork two(PeerNetwork one) throws IOException {
        return two(one, mutual(fleet.of("node-2")));
    }

    private static PeerSecurity mutual(TlsFiles files) {
        return PeerSecurity.mutual(Tls.load(files));
    }

    private static String echo(Channel channel, String text) throws IOException {
        channel.out().write(text.getBytes(StandardCharsets.UTF_8));
        return new String(
                channel.in().readNBytes(text.getBytes(StandardCharsets.UTF_8).length),
                StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(value = ChannelType.class, names = "PROBE", mode = EnumSource.Mode.EXCLUDE)
    void carriesEveryTypeOfChannel(ChannelType type) throws Exception {
        PeerNetwork one = one();
        try (Channel channel = two(one).open(ONE, type, PATIENCE)) {
            assertThat(channel.tls()).isPresent();
            assertThat(echo(channel, "ahoy")).isEqualTo("ahoy");
            assertThat(channel.remote()).isEqualTo(ONE);
        }
    }

    @Test
    void readsOnAfterItsOwnEnd() throws Exception {
        PeerNetwork one = one();
        byte[] much = new byte[3 << 20];
        new SecureRandom().nextBytes(much);
        try (Channel channel = two(one).open(ONE, ChannelType.FORWARD, PATIENCE)) {
            CompletableFuture<byte[]> back =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return channel.in().readAllBytes();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            channel.out().write(much);
            channel.closeOutput();
            assertThat(back.get(20, TimeUnit.SECONDS)).isEqualTo(much);
        }
    }

    @Test
    void losesNothingWhenAReadTakesTooLong() throws Exception {
        PeerNetwork one = one();
        try (Channel channel = two(one).open(ONE, ChannelType.FORWARD, PATIENCE)) {
            channel.readTimeout(Duration.ofMillis(50));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> channel.in().read())
                        .isInstanceOf(SocketTimeoutException.class);
                assertThat(echo(channel, "line " + i)).isEqualTo("line " + i);
            }
        }
    }

    @Test
    void noticesAtOnceThatTheOtherSideIsGone() throws Exception {
        PeerNetwork one = one();
        try (Channel channel = two(one).open(ONE, ChannelType.RAFT, PATIENCE)) {
            one.close();
            assertThat(channel.in().read()).isNegative();
        }
    }

    @Test
    void resumesWithANodeItKnows() throws Exception {
        PeerNetwork one = one();
        PeerNetwork two = two(one);
        long first = created(two);
        assertThat(created(two)).as("the first connection's session").isEqualTo(first);
    }

    private static long created(PeerNetwork two) throws IOException {
        try (Channel channel = two.open(ONE, ChannelType.FORWARD, PATIENCE)) {
            echo(channel, "the ticket comes with the first bytes");
            return channel.tls().orElseThrow().session().getCreationTime();
        }
    }

    @Nested
    class RefusesOnEveryChannel {
        private void refused(ChannelType type, PeerNetwork one, PeerSecurity security, String why)
                throws Exception {
            PeerNetwork stranger = two(one, security);
            assertThatThrownBy(() -> stranger.open(ONE, type, PATIENCE))
                    .isInstanceOf(PeerRefusedException.class);
            logged(why);
        }

        @ParameterizedTest
        @EnumSource(ChannelType.class)
        void aNodeOfAnotherAuthority(ChannelType type) throws Exception {
            // It believes node 1, and is not believed.
            TlsFiles files =
                    new TlsFiles(
                            others.of("node-2").certificate(),
                            others.of("node-2").key(),
                            fleet.of("node-1").authority());
            refused(
                    type,
                    one(),
                    PeerSecurity.mutual(CertificatesForTests.unheeded(files)),
                    "is not trusted here");
        }

        @ParameterizedTest
        @EnumSource(ChannelType.class)
        void anotherNodesName(ChannelType type) throws Exception {
            refused(type, one(), mutual(fleet.of("node-3")), "it must be one for node-2");
        }

        @ParameterizedTest
        @EnumSource(ChannelType.class)
        void anExpiredCertificate(ChannelType type) throws Exception {
            refused(type, one(), mutual(fleet.of("late")), "expired on");
        }

        @ParameterizedTest
        @EnumSource(ChannelType.class)
        void aNodeWithoutTls(ChannelType type) throws Exception {
            refused(type, one(), PeerSecurity.plain(), "does not speak TLS");
        }
    }

    private void logged(String why) throws Exception {
        eventually(
                PATIENCE,
                () ->
                        assertThat(log.list)
                                .anySatisfy(event ->
                                        assertThat(event.getFormattedMessage()).contains(why)));
    }

    @Test
    void repeatsTheReasonOnceAMinuteOnly() throws Exception {
        PeerNetwork one = one();
        PeerNetwork stranger = two(one, mutual(fleet.of("node-3")));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> stranger.open(ONE, ChannelType.RAFT, PATIENCE))
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessageContaining("it must be one for node-2");
        }
        // The network of the test before may still have something to say of its own.
        assertThat(log.list)
                .filteredOn(event -> event.getFormattedMessage().contains("refused"))
                .hasSize(1);
    }

    @Test
    void refusesWhoShowsNoCertificate() throws Exception {
        PeerNetwork one = one();
        try (SSLSocket socket = client(one, "TLSv1.3")) {
            socket.startHandshake();
            assertThatThrownBy(
                            () -> {
                                socket.getOutputStream().write(new byte[64]);
                                socket.getInputStream().read();
                            })
                    .isInstanceOf(SSLException.class);
        }
        logged("showed no certificate");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(strings = {"TLSv1.2", "TLSv1.1"})
    void refusesOldVersions(String version) throws Exception {
        PeerNetwork one = one();
        try (SSLSocket socket = client(one, version)) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
    }

    /// One that trusts the fleet and has nothing to show.
    private SSLSocket client(PeerNetwork one, String version) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (InputStream in = Files.newInputStream(fleet.of("node-1").authority().orElseThrow())) {
            trust.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), one.port());
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    @Nested
    class DoesNotOpen {
        @Test
        void toAnImpostor() throws Exception {
            PeerNetwork impostor = one(mutual(fleet.of("node-3")));
            PeerNetwork two = two(impostor);
            assertThatThrownBy(() -> two.open(ONE, ChannelType.RAFT, PATIENCE))
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessageContaining("node 1")
                    .hasMessageContaining("it must be one for node-1");
        }

        @Test
        void toANodeOfAnotherAuthority() throws Exception {
            PeerNetwork stranger = one(mutual(others.of("node-1")));
            PeerNetwork two = two(stranger);
            assertThatThrownBy(() -> two.open(ONE, ChannelType.RAFT, PATIENCE))
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessageContaining("is not trusted here");
            logged("does not accept this node's certificate");
        }

        @Test
        void toANodeWithoutTls() throws Exception {
            PeerNetwork plain = one(PeerSecurity.plain());
            PeerNetwork two = two(plain);
            assertThatThrownBy(() -> two.open(ONE, ChannelType.RAFT, PATIENCE))
                    .isInstanceOf(IOException.class);
            logged("begins with TLS, which this node does not speak");
        }
    }

    @Nested
    class CutsOff {
        private PeerNetwork impatient() throws IOException {
            return start(ONE, freePort(), mutual(fleet.of("node-1")), Duration.ofMillis(300));
        }

        private Socket raw(PeerNetwork network) throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), network.port());
            socket.setSoTimeout(10_000);
            return socket;
        }

        @Test
        void whoShakesNoHands() throws Exception {
            try (Socket socket = raw(impatient())) {
                assertThat(socket.getInputStream().read()).isNegative();
            }
        }

        @Test
        void whoDripsItsHandshakeWhileOthersGetIn() throws Exception {
            PeerNetwork one = impatient();
            one.serve(ChannelType.RAFT, channel -> channel.in().transferTo(channel.out()));
            try (Socket socket = raw(one)) {
                // A record of 16,000 bytes, byte by byte.
                socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0x3e, (byte) 0x80});
                try (Channel channel = two(one).open(ONE, ChannelType.RAFT, PATIENCE)) {
                    assertThat(echo(channel, "in")).isEqualTo("in");
                }
                eventually(
                        PATIENCE,
                        () ->
                                assertThatThrownBy(() -> socket.getOutputStream().write(1))
                                        .isInstanceOf(IOException.class));
            }
        }
    }

    @Test
    void takesNewCertificatesWhileConnectionsStayOpen(@TempDir Path dir) throws Exception {
        TlsFiles files =
                new TlsFiles(
                        dir.resolve("crt"),
                        dir.resolve("key"),
                        java.util.Optional.of(dir.resolve("ca")));
        place(fleet.of("node-1"), files);
        Tls tls = Tls.load(files);
        PeerNetwork one = one(PeerSecurity.mutual(tls));
        PeerNetwork two = two(one);
        try (Channel before = two.open(ONE, ChannelType.RAFT, PATIENCE)) {
            assertThat(echo(before, "old")).isEqualTo("old");

            place(others.of("node-1"), files);
            assertThat(tls.look()).isTrue();

            assertThat(echo(before, "still")).isEqualTo("still");
            assertThatThrownBy(() -> two.open(ONE, ChannelType.RAFT, PATIENCE))
                    .as("not resumed either")
                    .isInstanceOf(PeerRefusedException.class);
            try (Channel after =
                    two(one, mutual(others.of("node-2"))).open(ONE, ChannelType.RAFT, PATIENCE)) {
                assertThat(echo(after, "new")).isEqualTo("new");
            }
        }
    }

    private static void place(TlsFiles from, TlsFiles to) throws IOException {
        Files.copy(from.certificate(), to.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.key(), to.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                from.authority().orElseThrow(),
                to.authority().orElseThrow(),
                StandardCopyOption.REPLACE_EXISTING);
    }
}
