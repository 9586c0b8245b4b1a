package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.Endpoint;
import io.flotilla.peer.NodeId;
import java.util.Optional;

/// How the Raft library names the nodes: `node:7` is node 7.
///
/// The library takes the two for a host and a port, and writes them into the log. Ours must not be addresses: they come
/// from the configuration alone, may differ from node to node, and may change while the log stays.
public final class PeerNames {
    private static final String HOST = "node";

    private PeerNames() {}

    public static PeerId peerId(NodeId node) {
        return new PeerId(HOST, node.number());
    }

    /// The node meant by a name of the library's; empty when it is none of ours.
    public static Optional<NodeId> node(PeerId peer) {
        return node(peer.getEndpoint());
    }

    static Optional<NodeId> node(Endpoint endpoint) {
        int number = endpoint.getPort();
        if (!HOST.equals(endpoint.getIp()) || number < 1 || number > NodeId.MAX) {
            return Optional.empty();
        }
        return Optional.of(new NodeId(number));
    }
}
