package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What is true of this node at one moment.
///
/// @param role what it is doing
/// @param since when it began to
/// @param why one sentence a person can act on when the role is not an ordinary one; else empty
/// @param term Raft's current term as this node knows it
/// @param leader the leader it knows, itself included
/// @param committed the last transaction in the log that this node knows to be committed
/// @param applied the last transaction its own server is known to show
/// @param lag how long the server has been behind the committed position; zero when level
public record Standing(
        Role role,
        Instant since,
        String why,
        long term,
        Optional<NodeId> leader,
        Gtid committed,
        Gtid applied,
        Duration lag) {
    /// The phases of a node's life (ARCHITECTURE.md draws their transitions).
    public enum Role {
        PROVING,
        FOLLOWING,
        PROMOTING,
        LEADING,
        STEPPING,
        REBUILDING,
        /// Nothing but a rebuild from another node would help, and it is not under way: serves nothing.
        UNPROVED,
        STOPPED
    }
}
