package io.flotilla.consensus.rpc;

import io.flotilla.peer.NodeId;

/// Hears what happens to connections. Called on their threads: must not block.
public interface LinkListener {
    /// The connection on which `from` sent its requests ended.
    void incomingClosed(NodeId from);

    /// `from` opened a connection and may send requests on it.
    void incomingOpened(NodeId from);

    /// This node's pre-vote or vote for `candidate` was refused.
    void voteRefused(NodeId candidate);
}
