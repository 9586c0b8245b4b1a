package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server whose greeting, answers and stream are damaged: a tap is refused or breaks with an [IOException], never
/// silently and never otherwise.
@Timeout(120)
final class TapFuzzTest {
    private static final int CASES = 800;

    /// Answers before the stream begins, login included.
    private static final int ANSWERS = 9;

    @TempDir private Path directory;

    private ServerSocketChannel server;
    private volatile byte[] saying = {};

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()));
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Path socket() {
        return directory.resolve("s");
    }

    /// Everything at once, whatever is asked, and the end.
    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                ByteBuffer bytes = ByteBuffer.wrap(saying);
                while (bytes.hasRemaining()) {
                    client.write(bytes);
                }
                client.shutdownOutput();
                ByteBuffer asked = ByteBuffer.allocate(4096);
                while (client.read(asked.clear()) >= 0) {
                    // Until the tap has gone.
                }
            } catch (IOException e) {
                // The tap has gone, or the test is over.
            }
        }
    }

    private static byte[] said() throws IOException {
        Payload all = new Payload();
        byte[] greeting = FeedAnswers.greeting(7, new byte[20]);
        all.u32(greeting.length).raw(greeting);
        for (int i = 0; i < ANSWERS; i++) {
            all.u32(7).raw(new byte[] {0, 0, 0, 2, 0, 0, 0});
        }
        return all.raw(StreamReading.recorded()).toBytes();
    }

    @Test
    void aWholeStreamIsRead() throws Exception {
        saying = said();

        Ending ending = new Ending();
        try (Tap _ = attach(ending)) {
            assertThat(ending.broken.join()).isInstanceOf(IOException.class);
        }
        assertThat(ending.transactions).isEqualTo(9);
    }

    @Test
    void aDamagedOneIsRefused() throws Exception {
        byte[] whole = said();
        byte[] head = Arrays.copyOf(whole, 400);

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(whole, head))
                        .refusedBy(IOException.class)
                        .run(
                                CASES,
                                bytes -> {
                                    saying = bytes;
                                    Ending ending = new Ending();
                                    try (Tap _ = attach(ending)) {
                                        assertThat(ending.broken.join())
                                                .isInstanceOf(IOException.class);
                                    }
                                });

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private Tap attach(TapListener listener) throws IOException {
        return Tap.attach(new TapAddress(socket(), "tap", "secret"), 9, Gtid.NONE, listener);
    }

    private static final class Ending implements TapListener {
        final CompletableFuture<Throwable> broken = new CompletableFuture<>();
        int transactions;

        @Override
        public void slice(Slice slice) {
            transactions += slice.last() ? 1 : 0;
        }

        @Override
        public void idle() {}

        @Override
        public void broken(Throwable cause) {
            broken.complete(cause);
        }
    }
}
