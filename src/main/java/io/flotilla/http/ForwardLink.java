package io.flotilla.http;

import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

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
                        ChannelType.FORWARD, channel -> server.serve(new ChannelPipe(channel)));
            }
        };
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
    record ChannelPipe(Channel channel) implements Pipe {
        @Override
        public NodeId remote() {
            return channel.remote();
        }

        @Override
        public InputStream in() throws IOException {
            return channel.in();
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
