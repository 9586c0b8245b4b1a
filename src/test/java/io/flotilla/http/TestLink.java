package io.flotilla.http;

import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A link between nodes of one test, over loopback TCP, whose pipes the test can cut.
final class TestLink implements ForwardLink, AutoCloseable {
    private final NodeId self;
    private final Map<NodeId, Integer> ports;
    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private TestLink(NodeId self, Map<NodeId, Integer> ports) throws IOException {
        this.self = self;
        this.ports = ports;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ports.put(self, listening.getLocalPort());
    }

    /// The link of one node; `ports` is shared by all of a test.
    static TestLink of(int self, Map<NodeId, Integer> ports) throws IOException {
        return new TestLink(new NodeId(self), ports);
    }

    static Map<NodeId, Integer> ports() {
        return new ConcurrentHashMap<>();
    }

    @Override
    public Pipe open(NodeId to, Duration timeout) throws IOException {
        Integer port = ports.get(to);
        if (port == null) {
            throw new ConnectException("nobody is there");
        }
        Socket socket = new Socket();
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Math.toIntExact(timeout.toMillis()));
        open.add(socket);
        return new SocketPipe(socket, to);
    }

    @Override
    public void serve(Server server) {
        Thread.ofVirtual().name("test-link-" + self).start(() -> accept(server));
    }

    private void accept(Server server) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(server, socket));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void serve(Server server, Socket socket) {
        try (socket) {
            server.serve(new SocketPipe(socket, new NodeId(99)));
        } catch (IOException e) {
            // cut
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Breaks all pipes that were opened from here or to here; new ones can be opened.
    void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        ports.remove(self);
        listening.close();
        cut();
    }

    private record SocketPipe(Socket socket, NodeId remote) implements Pipe {
        @Override
        public InputStream in() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void readTimeout(Duration patience) throws IOException {
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
