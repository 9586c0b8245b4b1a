package io.flotilla.door;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A client's connection joined with a server's, both of them on one loop: bytes in both directions until one side
/// closes, or the [Binding] is over. For its loop's thread, save [#awaitEnd].
final class Relay {
    /// How a relay ended, for the counters.
    enum End {
        CLOSED,
        CUT
    }

    /// Told once when it has ended.
    @FunctionalInterface
    interface Ended {
        void ended(End how);
    }

    private final Endpoint client;
    private final Endpoint server;
    private final Leg up;
    private final Leg down;
    private final Binding binding;
    private final Ended listener;
    private final CountDownLatch end = new CountDownLatch(1);
    private @Nullable SelectionKey clientKey;
    private @Nullable SelectionKey serverKey;
    private int clientOps;
    private int serverOps;
    private boolean stopped;
    private boolean held;
    private boolean gated;
    private long lastActive;

    /// @param up what the client sends
    /// @param down what the server sends
    Relay(Endpoint client, Endpoint server, Leg up, Leg down, Binding binding, Ended listener) {
        this.client = client;
        this.server = server;
        this.up = up;
        this.down = down;
        this.binding = binding;
        this.listener = listener;
    }

    void awaitEnd() throws InterruptedException {
        end.await();
    }

    /// Begins on this loop; what was buffered before is moved at once.
    ///
    /// @return false when it met a gate and is to be asked again
    boolean register(Selector selector, ByteBuffer shared, long now)
            throws IOException, RefusedException {
        clientKey = client.channel().configureBlocking(false).register(selector, 0, this);
        serverKey = server.channel().configureBlocking(false).register(selector, 0, this);
        return resume(shared, now);
    }

    /// @return false when it met a gate and is to be asked again
    boolean ready(SelectionKey key, ByteBuffer shared, long now)
            throws IOException, RefusedException {
        lastActive = now;
        if (!mayPass()) {
            return over();
        }
        boolean ofClient = key.equals(clientKey);
        int ops = key.readyOps();
        try {
            if ((ops & SelectionKey.OP_WRITE) != 0) {
                (ofClient ? down : up).drain();
            }
            if ((ops & SelectionKey.OP_READ) != 0) {
                if (ofClient) {
                    ask(shared);
                } else {
                    answer(shared);
                }
            }
        } catch (IOException e) {
            lastWords(shared);
            throw e;
        }
        interests();
        return !held;
    }

    /// Passes on what the client says, if it may say it now.
    private void ask(ByteBuffer shared) throws IOException, RefusedException {
        held = false;
        if (up.blocked() || up.ended()) {
            return;
        }
        held = !binding.ask();
        if (!held && (!up.pump(shared) || Commands.isClosing(shared.flip()))) {
            binding.nothing();
        }
    }

    /// Passes on what the server says.
    ///
    /// @return whether something was there
    private boolean answer(ByteBuffer shared) throws IOException, RefusedException {
        if (down.blocked() || !down.pump(shared)) {
            return false;
        }
        binding.answered(shared.flip());
        return true;
    }

    /// A server that closes may have said why before (error 1153, a packet that is longer than it takes). All of it has
    /// arrived when it is seen to be closed.
    private void lastWords(ByteBuffer shared) throws IOException, RefusedException {
        boolean more = up.shut();
        while (more) {
            more = answer(shared);
        }
    }

    /// The gates are asked again, and what waited goes on.
    ///
    /// @return false when one of them is still closed
    boolean resume(ByteBuffer shared, long now) throws IOException, RefusedException {
        lastActive = now;
        gated = false;
        if (!mayPass()) {
            return over();
        }
        try {
            up.drain();
            down.drain();
            answer(shared);
            ask(shared);
        } catch (IOException e) {
            lastWords(shared);
            throw e;
        }
        interests();
        return !held;
    }

    private boolean mayPass() {
        if (binding.over()) {
            end(End.CUT);
            return false;
        }
        stopped = binding.stalled();
        if (stopped) {
            interests();
        }
        return !stopped;
    }

    private void interests() {
        if (up.over() || down.over()) {
            end(End.CLOSED);
        }
        @Nullable SelectionKey ofClient = clientKey;
        @Nullable SelectionKey ofServer = serverKey;
        if (end.getCount() == 0 || ofClient == null || ofServer == null) {
            return;
        }
        int clientWants =
                stopped ? 0 : reads(!up.blocked() && !up.ended() && !held) | writes(down.blocked());
        int serverWants =
                stopped ? 0 : reads(!down.blocked() && !down.ended()) | writes(up.blocked());
        if (clientWants != clientOps) {
            clientOps = clientWants;
            ofClient.interestOps(clientWants);
        }
        if (serverWants != serverOps) {
            serverOps = serverWants;
            ofServer.interestOps(serverWants);
        }
    }

    private static int reads(boolean wanted) {
        return wanted ? SelectionKey.OP_READ : 0;
    }

    private static int writes(boolean wanted) {
        return wanted ? SelectionKey.OP_WRITE : 0;
    }

    /// @return whether its loop is to try it again: once, however often it meets a gate
    boolean becomesGated() {
        boolean first = !gated;
        gated = true;
        return first;
    }

    /// Looks whether it may go on at all.
    void look() {
        binding.look();
        if (binding.over()) {
            end(End.CUT);
        }
    }

    boolean idleSince(long nanos) {
        return lastActive - nanos < 0;
    }

    /// Tells the client why, if it can hear it.
    void refuse(Refusal refusal) {
        try {
            client.write(ByteBuffer.wrap(refusal.packet(1)));
        } catch (IOException e) {
            // It is closed in any case.
        }
        end(End.CUT);
    }

    boolean over() {
        return end.getCount() == 0;
    }

    void end(End how) {
        if (over()) {
            return;
        }
        end.countDown();
        client.close();
        server.close();
        binding.ended();
        listener.ended(how);
    }
}
