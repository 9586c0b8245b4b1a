package io.flotilla.door;

import io.flotilla.failure.FlotillaException;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A client from its connection to the end of its login: waits for a server, passes the greeting and what the two say to
/// each other about who it is, ends TLS. On a virtual thread; blocks.
///
/// Nothing that a client sends before the server said OK is taken for a command.
final class Visit {
    private static final byte QUERY = 0x03;
    private static final byte[] READ_ONLY =
            "SET SESSION TRANSACTION READ ONLY".getBytes(StandardCharsets.US_ASCII);

    private final Optional<Tls> tls;
    private final boolean tlsRequired;
    private final InetSocketAddress address;
    private volatile Endpoint client;
    private volatile @Nullable ServerSession session;
    private volatile boolean closed;
    private boolean greeted;
    private int sequence;

    Visit(
            SocketChannel channel,
            InetSocketAddress address,
            Optional<Tls> tls,
            boolean tlsRequired) {
        this.client = Endpoint.plain(channel);
        this.address = address;
        this.tls = tls;
        this.tlsRequired = tlsRequired;
    }

    /// Finds a server for a client.
    @FunctionalInterface
    interface Search {
        ServerSession find(InetSocketAddress client)
                throws IOException, RefusedException, InterruptedException;
    }

    /// @return the logged-in session; empty when the server has refused the client, and said so. Whoever gets one closes
    ///     it and [#client]
    /// @throws RefusedException when the client was turned away by us, and has been told
    Optional<ServerSession> logIn(Search search)
            throws IOException, RefusedException, InterruptedException {
        @Nullable ServerSession found = null;
        boolean in = false;
        try {
            found = search.find(address);
            session = found;
            if (closed) {
                throw new IOException("the client's time was over");
            }
            in = exchange(found);
            return in ? Optional.of(found) : Optional.empty();
        } catch (RefusedException e) {
            tell(e.refusal());
            throw e;
        } catch (FlotillaException e) {
            Refusal refusal = Refusal.unavailable(String.valueOf(e.getMessage()));
            tell(refusal);
            throw new RefusedException(refusal);
        } finally {
            if (!in) {
                client.close();
                if (found != null) {
                    found.close();
                }
            }
        }
    }

    Endpoint client() {
        return client;
    }

    private void tell(Refusal refusal) {
        try {
            Channels.write(
                    client, greeted ? refusal.packet(sequence + 1) : refusal.insteadOfGreeting());
        } catch (IOException e) {
            // It does not want to know.
        }
    }

    /// @return whether the server took the client in
    private boolean exchange(ServerSession found) throws IOException, RefusedException {
        Endpoint server = found.endpoint();
        Packet greeting = Packet.read(server);
        if (greeting.isError()) {
            greeting.send(client);
            return false;
        }
        greeting.with(Login.greeting(greeting.payload(), tls.isPresent())).send(client);
        greeted = true;
        Packet answer = fromClient();
        int shift = 0;
        if (tls.isPresent() && Login.asksForTls(answer.payload())) {
            client = new TlsEndpoint(TlsStream.shakeHands(client.channel(), tls.get().server()));
            shift = 1;
            answer = fromClient();
        } else if (tlsRequired) {
            throw new RefusedException(Refusal.insecure());
        }
        answer.with(Login.answer(answer.payload())).shifted(-shift).send(server);
        while (true) {
            Packet said = Packet.read(server);
            if (said.isOk() && found.guarded()) {
                guard(server);
            }
            said.shifted(shift).send(client);
            if (said.isOk() || said.isError()) {
                return said.isOk();
            }
            if (said.wantsAnswer()) {
                fromClient().shifted(-shift).send(server);
            }
        }
    }

    private Packet fromClient() throws IOException, RefusedException {
        Packet packet = Packet.read(client);
        sequence = packet.sequence();
        if (sequence == 0) {
            throw new RefusedException(Refusal.outOfOrder("a command before the login"));
        }
        return packet;
    }

    /// Before the client hears that it is in.
    private static void guard(Endpoint server) throws IOException, RefusedException {
        byte[] payload = new byte[1 + READ_ONLY.length];
        payload[0] = QUERY;
        System.arraycopy(READ_ONLY, 0, payload, 1, READ_ONLY.length);
        new Packet(0, payload).send(server);
        if (!Packet.read(server).isOk()) {
            throw new RefusedException(
                    Refusal.unavailable("the session could not be made read-only"));
        }
    }

    /// Whether what the session depends on is over: the login is of no use any more.
    boolean over() {
        @Nullable ServerSession found = session;
        return found != null && found.binding().over();
    }

    /// Ends it from another thread: its time is over, or the doors are closed.
    void close() {
        closed = true;
        client.close();
        @Nullable ServerSession found = session;
        if (found != null) {
            found.endpoint().close();
        }
    }
}
