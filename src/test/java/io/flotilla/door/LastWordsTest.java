package io.flotilla.door;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server that closes in the middle of what it is sent, as mariadbd does with a packet that is longer than
/// `max_allowed_packet`.
class LastWordsTest {
    private static final int BUFFER = 64 << 10;
    private static final String WORDS = "Got a packet bigger than 'max_allowed_packet' bytes";

    @TempDir private Path directory;

    /// Both ends of a connection.
    private record Pair(SocketChannel near, SocketChannel far) implements AutoCloseable {
        static Pair at(ServerSocketChannel listening, SocketAddress address) throws IOException {
            try (listening) {
                listening.bind(address);
                SocketChannel near = SocketChannel.open(listening.getLocalAddress());
                return new Pair(near, listening.accept());
            }
        }

        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }

    @Test
    @Timeout(30)
    void reachTheClientAlthoughTheServerTakesNoMore() throws Exception {
        try (Pair client =
                        Pair.at(
                                ServerSocketChannel.open(),
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Pair server =
                        Pair.at(
                                ServerSocketChannel.open(StandardProtocolFamily.UNIX),
                                UnixDomainSocketAddress.of(directory.resolve("s")));
                Loop loop = Loop.start(0, BUFFER, Duration.ofMinutes(1), new DoorCounters())) {
            server.near().write(bytes("the beginning of a packet"));
            server.far().write(bytes(WORDS));
            // With something it has not read: whoever writes to it fails from now on.
            server.far().close();
            client.near().write(bytes("its rest"));

            Relay relay = relay(client.far(), server.near());
            loop.add(relay);
            relay.awaitEnd();

            ByteBuffer heard = ByteBuffer.allocate(BUFFER);
            client.near().read(heard);
            assertThat(US_ASCII.decode(heard.flip()).toString()).isEqualTo(WORDS);
        }
    }

    private static Relay relay(SocketChannel client, SocketChannel server) {
        Endpoint left = Endpoint.plain(client);
        Endpoint right = Endpoint.plain(server);
        return new Relay(
                left,
                right,
                new Leg(left, right, null, new LongAdder()),
                new Leg(right, left, null, new LongAdder()),
                () -> false,
                how -> {});
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
