package io.flotilla.replication;

import io.flotilla.consensus.FatalHook;
import io.flotilla.consensus.ReplicatedLog;
import io.flotilla.engine.Engine;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.provision.Provision;
import java.time.InstantSource;
import java.util.List;

/// What all states of a node share.
record Parts(
        NodeId self,
        List<Member> members,
        ReplicationConfig config,
        Engine engine,
        GateFiles gates,
        PeerDigests peers,
        PeerStandings standings,
        ReplicatedLog raft,
        CommittedLog committed,
        Signals signals,
        Front front,
        Rebuilds rebuilds,
        HandoverDesk handover,
        SnapshotDesk snapshots,
        Provision provision,
        VerifyDesk verify,
        Suspects suspects,
        FatalHook fatal,
        InstantSource clock) {
    Parts {
        members = List.copyOf(members);
    }

    /// Whether this node leads in exactly that term, as far as it knows.
    boolean leads(long term) {
        ReplicatedLog.Leadership leadership = raft.leadership();
        return leadership.self() && leadership.term() == term;
    }
}
