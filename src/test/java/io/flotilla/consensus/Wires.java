package io.flotilla.consensus;

import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerSecurity;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The cables between the nodes of one JVM: each can be made to refuse, or to swallow everything, per direction of
/// connecting.
final class Wires {
    enum State {
        WHOLE,
        /// As when the process at the other end is dead: connections break, and nobody listens.
        DEAD,
        /// As when the machine at the other end vanished: nothing arrives, connecting hangs.
        SILENT
    }

    /// What the system takes from a writer although nothing arrives at the other end.
    private static final int SYSTEM_BUFFER = 64 << 10;

    private final Map<Integer, NodeId> nodesByPort = new ConcurrentHashMap<>();
    private final Map<String, State> states = new ConcurrentHashMap<>();
    private final Set<Wire> open = ConcurrentHashMap.newKeySet();

    void node(NodeId id, int port) {
        nodesByPort.put(port, id);
    }

    /// Both directions between the two.
    void set(NodeId one, NodeId other, State state) {
        setOneWay(one, other, state);
        setOneWay(other, one, state);
    }

    /// Connections opened by `from` to `to`.
    void setOneWay(NodeId from, NodeId to, State state) {
        synchronized (this) {
            states.put(from + ">" + to, state);
            notifyAll();
        }
        if (state == State.DEAD) {
            cut(from, to);
        }
    }

    /// Breaks the connections `from` opened to `to`; new ones may follow at once.
    void cut(NodeId from, NodeId to) {
        open.stream()
                .filter(wire -> wire.from.equals(from) && wire.to.equals(to))
                .forEach(Wire::cut);
    }

    private State state(NodeId from, NodeId to) {
        return states.getOrDefault(from + ">" + to, State.WHOLE);
    }

    /// The ends of `node`.
    PeerSecurity endsOf(NodeId node) {
        PeerSecurity plain = PeerSecurity.plain();
        return new PeerSecurity() {
            @Override
            public ServerSocket listen(InetSocketAddress address) throws IOException {
                return plain.listen(address);
            }

            @Override
            public Socket connect(InetSocketAddress address, Duration timeout) throws IOException {
                NodeId to = nodesByPort.get(address.getPort());
                return switch (state(node, to)) {
                    case DEAD -> throw new ConnectException("Connection refused");
                    case SILENT -> throw hang(timeout);
                    case WHOLE -> {
                        Wire wire = new Wire(node, to);
                        wire.setTcpNoDelay(true);
                        wire.connect(address, Math.toIntExact(timeout.toMillis()));
                        open.add(wire);
                        yield wire;
                    }
                };
            }
        };
    }

    private static IOException hang(Duration timeout) {
        try {
            Thread.sleep(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new SocketTimeoutException("Connect timed out");
    }

    private final class Wire extends Socket {
        private final NodeId from;
        private final NodeId to;

        Wire(NodeId from, NodeId to) {
            this.from = from;
            this.to = to;
        }

        void cut() {
            try {
                close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
            synchronized (Wires.this) {
                Wires.this.notifyAll();
            }
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int count = super.read(bytes, offset, length);
                    awaitSound();
                    return count;
                }
            };
        }

        @Override
        public java.io.OutputStream getOutputStream() throws IOException {
            return new java.io.FilterOutputStream(super.getOutputStream()) {
                private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

                // While nothing arrives the system takes what fits into its buffer, and sends it
                // later.
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (silent() && unsent.size() + length <= SYSTEM_BUFFER) {
                        unsent.write(bytes, offset, length);
                        return;
                    }
                    awaitSound();
                    unsent.writeTo(out);
                    unsent.reset();
                    out.write(bytes, offset, length);
                }
            };
        }

        private boolean silent() {
            synchronized (Wires.this) {
                return state(from, to) == State.SILENT;
            }
        }

        private void awaitSound() throws IOException {
            synchronized (Wires.this) {
                try {
                    while (state(from, to) == State.SILENT && !isClosed()) {
                        Wires.this.wait();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
            }
        }
    }
}
