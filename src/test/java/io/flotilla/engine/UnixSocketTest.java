package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server that listens and does nothing, as one that is frozen.
@Timeout(30)
final class UnixSocketTest {
    private static final int MILLIS = 100;

    /// More than the queue of the server below takes.
    private static final int MANY = 10;

    @TempDir private Path directory;
    private final List<UnixSocket> open = new ArrayList<>();
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("s")), 1);
    }

    @AfterEach
    void close() throws IOException {
        for (UnixSocket socket : open) {
            socket.close();
        }
        server.close();
    }

    private UnixSocket connected() throws IOException {
        UnixSocket socket = new UnixSocket(directory.resolve("s"), null);
        open.add(socket);
        socket.connect(InetSocketAddress.createUnresolved("ignored", 1), MILLIS);
        return socket;
    }

    @Test
    void whoConnectsWaitsNoLongerThanItSays() {
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < MANY; i++) {
                                connected();
                            }
                        })
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("took no connection within " + MILLIS + " ms");
        assertThat(open).hasSizeBetween(2, MANY);
        assertThat(open.getLast().isClosed()).isTrue();
    }

    @Test
    void whoReadsWaitsNoLongerThanItSays() throws IOException {
        UnixSocket socket = connected();
        socket.setSoTimeout(MILLIS);

        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("did not answer within " + MILLIS + " ms");
        assertThat(socket.isClosed()).isTrue();
    }
}
