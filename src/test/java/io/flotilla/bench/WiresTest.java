package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WiresTest {
    private static final int SOON = 300;
    private static final int PATIENCE = 10_000;

    private final Wires wires = new Wires();
    private ServerSocket second;
    private int wire;

    @BeforeEach
    void lay() throws IOException {
        second = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        wire = wires.lay(1, 2, second.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        wires.close();
        second.close();
    }

    private Socket call() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), wire);
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private Socket answer() throws IOException {
        Socket socket = second.accept();
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private static void send(Socket socket, int what) throws IOException {
        socket.getOutputStream().write(what);
    }

    private static int read(Socket socket) throws IOException {
        return socket.getInputStream().read();
    }

    /// By a reset or in order.
    private static void ends(Socket socket) throws IOException {
        try {
            assertThat(read(socket)).isNegative();
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private static void hearsNothing(Socket socket) throws IOException {
        socket.setSoTimeout(SOON);
        InputStream in = socket.getInputStream();
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE);
    }

    @Test
    void carriesBothWays() throws IOException {
        try (Socket one = call();
                Socket two = answer()) {
            send(one, 7);
            assertThat(read(two)).isEqualTo(7);
            send(two, 8);
            assertThat(read(one)).isEqualTo(8);
        }
    }

    @Test
    void holdsOneDirectionOnlyAndDeliversAfterwards() throws IOException {
        try (Socket one = call();
                Socket two = answer()) {
            wires.cut(1, 2);
            send(one, 7);
            hearsNothing(two);
            send(two, 8);
            assertThat(read(one)).isEqualTo(8);
            wires.mend(1, 2);
            assertThat(read(two)).isEqualTo(7);
        }
    }

    @Test
    void hidesAnEndBehindACut() throws IOException {
        try (Socket one = call();
                Socket two = answer()) {
            wires.cut(1, 2);
            wires.cut(2, 1);
            one.shutdownOutput();
            hearsNothing(two);
            wires.mendAll();
            ends(two);
        }
    }

    @Test
    void letsACallThroughOnlyWhenBothDirectionsAreOpen() throws IOException {
        wires.cut(2, 1);
        try (Socket one = call()) {
            second.setSoTimeout(SOON);
            assertThatThrownBy(second::accept).isInstanceOf(SocketTimeoutException.class);
            second.setSoTimeout(PATIENCE);
            wires.mend(2, 1);
            try (Socket two = answer()) {
                send(two, 9);
                assertThat(read(one)).isEqualTo(9);
            }
        }
    }

    @Test
    void delaysWhatItCarries() throws IOException {
        wires.delay(1, 2, Duration.ofMillis(SOON));
        try (Socket one = call();
                Socket two = answer()) {
            long began = System.nanoTime();
            send(one, 7);
            assertThat(read(two)).isEqualTo(7);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(SOON));
        }
    }

    @Test
    void resetsConnectionsAndTakesNewOnes() throws IOException {
        try (Socket one = call();
                Socket two = answer()) {
            send(one, 7);
            assertThat(read(two)).isEqualTo(7);
            wires.sever(2, 1);
            ends(two);
        }
        try (Socket one = call();
                Socket two = answer()) {
            send(one, 7);
            assertThat(read(two)).isEqualTo(7);
        }
    }

    @Test
    void sendsARefusalOnAsAnEnd() throws IOException {
        second.close();
        try (Socket one = call()) {
            ends(one);
        }
    }
}
