package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LoopTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private Loop loop;

    @BeforeEach
    void start() throws IOException {
        loop = Loop.start(1, 4096, Duration.ofMinutes(5), new DoorCounters());
        open.add(loop);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /// One end of a connection whose other end says nothing.
    private Endpoint silent() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            open.add(SocketChannel.open(server.getLocalAddress()));
            return Endpoint.plain(server.accept());
        }
    }

    private CompletableFuture<Relay.End> carry(Binding binding) throws IOException {
        CompletableFuture<Relay.End> end = new CompletableFuture<>();
        Endpoint client = silent();
        Endpoint server = silent();
        loop.add(
                new Relay(
                        client,
                        server,
                        new Leg(client, server, null, new LongAdder()),
                        new Leg(server, client, null, new LongAdder()),
                        binding,
                        end::complete));
        return end;
    }

    /// Of a connection that goes on.
    private static Binding lookedAt(Runnable look) {
        return new Binding() {
            @Override
            public boolean over() {
                return false;
            }

            @Override
            public void look() {
                look.run();
            }
        };
    }

    @Test
    void aConnectionThatFailsWhenItIsLookedAtEndsAlone() throws Exception {
        CompletableFuture<Relay.End> sound = carry(() -> false);
        CompletableFuture<Relay.End> failing =
                carry(
                        lookedAt(() -> {
                            throw new IllegalStateException("of the test");
                        }));

        loop.news();

        assertThat(failing.get(30, TimeUnit.SECONDS)).isEqualTo(Relay.End.CUT);
        // Had the loop ended, this one would not be looked at but cut on its way in.
        CompletableFuture<Void> lookedAt = new CompletableFuture<>();
        carry(lookedAt(() -> lookedAt.complete(null)));
        lookedAt.get(30, TimeUnit.SECONDS);
        assertThat(sound).isNotDone();
    }
}
