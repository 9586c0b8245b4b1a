package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.bench.Patience;
import io.flotilla.engine.Engine;
import io.flotilla.engine.EngineConfig;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server that is started while the log is opened. (That it is taken over: every start of a node.)
@Tag("system")
final class EarlyStartTest {
    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final NodeId SELF = new NodeId(1);

    @TempDir private Path directory;

    @Test
    void aLogThatCannotBeOpenedEndsTheServer() throws Exception {
        try (PeerNetwork network = network();
                Engine engine = engine()) {
            assertThatThrownBy(() ->
                            Replication.start(
                                    ReplicationConfig.DEFAULT,
                                    network,
                                    engine,
                                    directory.resolve("ddl"),
                                    _ -> {
                                        awaitServer();
                                        throw new IOException("the log is damaged");
                                    },
                                    EarlyStartTest::fatal))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the log is damaged");

            assertThat(servers()).isZero();
        }
    }

    private void awaitServer() {
        Patience.until(STARTING, () -> "a server", () -> servers() == 1);
    }

    /// Processes of mariadbd below this one that work on the test's data.
    private long servers() {
        String data = directory.toString();
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .filter(process ->
                        process.info().command().orElse("").endsWith("/mariadbd")
                                && process.info().commandLine().orElse(data).contains(data))
                .count();
    }

    private PeerNetwork network() throws IOException {
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<Member> members =
                List.of(new Member(SELF, "127.0.0.1", 1, URI.create("http://localhost:1")));
        return PeerNetwork.start(
                PeerConfig.of("test", SELF, members, listen, UUID.randomUUID()),
                PeerSecurity.plain());
    }

    private Engine engine() throws InterruptedException {
        return Engine.open(
                EngineConfig.withDefaults(
                        directory.resolve("server"), 1, Path.of("target/engine").toAbsolutePath()));
    }

    private static void fatal(String what, Throwable cause) {
        throw new AssertionError(what, cause);
    }
}
