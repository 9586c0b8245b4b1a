package io.flotilla.consensus;

import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Function;

/// Starts a node's share of a group's log.
public final class Consensus {
    static {
        LibrarySettings.apply();
    }

    private Consensus() {}

    /// The identity of this node's log, for [io.flotilla.peer.PeerConfig#incarnation]. Makes the log when this node never
    /// had one; called before the net is started.
    ///
    /// @throws IOException if log or vote are missing or damaged: the message says what to do
    public static UUID identity(ConsensusConfig config) throws IOException {
        return StoragePlace.identity(config);
    }

    /// Opens the log in the configuration's directory and joins the group.
    ///
    /// As long as the log is empty, the group consists of the members of `network`; later, of those the log names. The state machine may be called before this returns, which is why it is made with the
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
