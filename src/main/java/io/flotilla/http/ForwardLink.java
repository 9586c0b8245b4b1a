package io.flotilla.http;

import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// What forwarding needs of the link between nodes: a pipe of bytes to a member.
public interface ForwardLink {
    /// @throws IOException if there is no pipe; nothing was sent
    Pipe open(NodeId to, Duration timeout) throws IOException;

    /// Takes the pipes that others open; called once.
    void serve(Server server);

    /// Over the nodes' one link.
    static ForwardLink over(PeerNetwork network) {
        return new ForwardLink() {
            @Override
            public Pipe open(NodeId to, Duration timeout) throws IOException {
                return new ChannelPipe(network.open(to, ChannelType.FORWARD, timeout));
            }

            @Override
            public void serve(Server server) {
                network.serve(
                        ChannelType.FORWARD,
                        channel -> onOwnThread(server, new ChannelPipe(channel)));
            }
        };
    }

    /// On a thread of the system's, not on a virtual one: a request waits for sockets alone, and each wait of a virtual thread
    /// wakes two others (docs/performance.md).
    private static void onOwnThread(Server server, Pipe pipe)
            throws IOException, InterruptedException {
        FutureTask<Void> task =
                new FutureTask<>(() -> {
                    server.serve(pipe);
                    return null;
                });
        Thread.ofPlatform().daemon().name("forwarded-" + pipe.remote()).start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException trouble -> throw trouble;
                case RuntimeException defect -> throw defect;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /// An open connection to another node. One thread may read while another writes.
    interface Pipe extends AutoCloseable {
        NodeId remote();

        InputStream in() throws IOException;

        OutputStream out() throws IOException;

        /// How long one read may wait before it fails; zero for ever.
        void readTimeout(Duration patience) throws IOException;

        @Override
        void close();
    }

    /// Does what the other side asks until it closes the pipe.
    @FunctionalInterface
    interface Server {
        void serve(Pipe pipe) throws IOException, InterruptedException;
    }

    /// A channel as a pipe.
    final class ChannelPipe implements Pipe {
        private final Channel channel;
        private final InputStream in;

        private ChannelPipe(Channel channel) throws IOException {
            this.channel = channel;
            this.in = new BufferedInputStream(channel.in());
        }

        @Override
        public NodeId remote() {
            return channel.remote();
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream out() throws IOException {
            return channel.out();
        }

        @Override
        public void readTimeout(Duration patience) throws IOException {
            channel.readTimeout(patience);
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
