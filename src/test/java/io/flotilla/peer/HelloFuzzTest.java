package io.flotilla.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.tls.TlsStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The first words on a connection between nodes, damaged: understood, or an [IOException] that ends it.
final class HelloFuzzTest {
    private static final int CASES = 5000;
    private static final NodeId ONE = new NodeId(1);
    private static final Socket SOCKET = new Socket();
    private static final UUID LIFE = new UUID(3, 4);

    @AfterAll
    static void close() throws IOException {
        SOCKET.close();
    }

    @Test
    void helloes() throws IOException {
        Bytes said = new Bytes(new byte[0]);
        new Hello(ChannelType.DOOR, ONE, new NodeId(2), LIFE, "fleet").send(said);

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(said.sent()))
                        .refusedBy(IOException.class)
                        .run(CASES, bytes -> Hello.receive(new Bytes(bytes), soon()));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void answers() throws IOException {
        Bytes accepted = new Bytes(new byte[0]);
        Welcome.accept(ONE, LIFE).send(accepted);
        Bytes refused = new Bytes(new byte[0]);
        Welcome.refuse(ONE, LIFE, new PeerRefusedException("not a member")).send(refused);

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(accepted.sent(), refused.sent()))
                        .refusedBy(IOException.class)
                        .run(CASES, bytes -> Welcome.receive(new Bytes(bytes), soon()));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static long soon() {
        return System.nanoTime() + 60_000_000_000L;
    }

    /// What one side has sent, and then closed.
    private record Bytes(InputStream in, ByteArrayOutputStream written, Socket socket)
            implements Wire {
        Bytes(byte[] bytes) {
            this(new ByteArrayInputStream(bytes), new ByteArrayOutputStream(), SOCKET);
        }

        byte[] sent() {
            return written.toByteArray();
        }

        @Override
        public OutputStream out() {
            return written;
        }

        @Override
        public void closeOutput() {}

        @Override
        public Optional<TlsStream> tls() {
            return Optional.empty();
        }

        @Override
        public void verify(NodeId claimed) {}
    }
}
