package io.flotilla.provision;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TimedOutputTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    @Test
    void aWriteThatNobodyReadsFails() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket deaf = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket writer = server.accept()) {
            assertThat(deaf.isConnected()).isTrue();
            try (OutputStream out =
                    new TimedOutput(writer.getOutputStream(), PATIENCE, () -> close(writer))) {
                assertThatThrownBy(
                                () -> {
                                    while (true) {
                                        out.write(new byte[1 << 16]);
                                    }
                                })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// However slow it is altogether, and however long nothing is written.
    @Test
    void whatIsReadIsNotCut() throws Exception {
        AtomicBoolean cut = new AtomicBoolean();
        long begin = System.nanoTime();
        try (OutputStream out =
                new TimedOutput(OutputStream.nullOutputStream(), PATIENCE, () -> cut.set(true))) {
            eventually(
                    PATIENCE.multipliedBy(10),
                    () -> {
                        out.write(1);
                        assertThat(System.nanoTime() - begin)
                                .isGreaterThan(PATIENCE.multipliedBy(3).toNanos());
                    });
        }
        assertThat(cut).isFalse();
    }
}
