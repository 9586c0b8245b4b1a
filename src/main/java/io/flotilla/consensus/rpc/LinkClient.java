package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/// What the library sends its requests with. No method waits for the network.
final class LinkClient implements RpcClient {
    private @Nullable RaftTransport transport;

    @Override
    public boolean init(RpcOptions options) {
        if (!(options instanceof CarriesTransport carrier)) {
            throw new IllegalArgumentException("a Raft node was started without a transport");
        }
        transport = carrier.transport();
        return true;
    }

    /// The transport outlives the client: its owner closes it.
    @Override
    public void shutdown() {
        transport = null;
    }

    /// True for every member, connected or not: on false the library connects and waits, under the node's lock.
    @Override
    public boolean checkConnection(Endpoint endpoint) {
        return link(endpoint) != null;
    }

    @Override
    public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
        return checkConnection(endpoint);
    }

    /// Links live as long as the node.
    @Override
    public void closeConnection(Endpoint endpoint) {}

    /// Not needed: no replicator ever fails to start for want of a connection.
    @Override
    public void registerConnectEventListener(ReplicatorGroup replicatorGroup) {}

    @Override
    public Object invokeSync(
            Endpoint endpoint, Object request, @Nullable InvokeContext context, long timeoutMillis)
            throws RemotingException {
        throw new RemotingException("no call waits: " + endpoint);
    }

    @Override
    public void invokeAsync(
            Endpoint endpoint,
            Object request,
            @Nullable InvokeContext context,
            InvokeCallback callback,
            long timeoutMillis)
            throws RemotingException {
        RaftTransport used = transport;
        OutgoingLink link = link(endpoint);
        if (used == null || link == null) {
            throw new RemotingException(endpoint + " is not a member, or this node is closing");
        }
        if (!used.vow().allowsToSend(request)) {
            throw new RemotingException("this node has lost its log and does not stand");
        }
        link.send(new Call((Message) request, callback, used.executor(), timeoutMillis));
    }

    private @Nullable OutgoingLink link(Endpoint endpoint) {
        RaftTransport used = transport;
        return used == null ? null : PeerNames.node(endpoint).map(used::link).orElse(null);
    }
}
