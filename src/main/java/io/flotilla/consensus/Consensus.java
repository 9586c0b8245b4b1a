package io.flotilla.consensus;

import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.util.function.Function;

/// Starts a node's share of a group's log.
public final class Consensus {
    private Consensus() {}

    /// Opens the log in the configuration's directory and joins the group.
    ///
    /// On the first start, when log and vote are both absent, the group consists of the members of `network`; later,
    /// of those the log names. The state machine may be called before this returns, which is why it is made with the
    /// log it will need.
    ///
    /// @param network the net the group talks over; must be started, and outlive the log
    /// @param stateMachine makes what committed entries are given to
    /// @param fatal what happens when an exception comes out of the state machine, or the disk fails
    /// @throws IOException if the directory cannot be used, or if only the log or only the vote is missing
    public static ReplicatedLog start(
            ConsensusConfig config,
            PeerNetwork network,
            Function<ReplicatedLog, StateMachine> stateMachine,
            FatalHook fatal)
            throws IOException {
        return RaftReplicatedLog.start(config, network, stateMachine, fatal);
    }
}
