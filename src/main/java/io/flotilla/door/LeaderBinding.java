package io.flotilla.door;

import io.flotilla.peer.NodeId;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Standing;
import java.time.Duration;

/// A session of another node's server while that node leads, as this node knows: the leader's own node cuts it at the
/// end of the reign; this is for the leader that cannot any more, being frozen or cut off.
final class LeaderBinding implements Binding {
    /// How long nobody may be known to lead before the connection ends. An election that comes to nothing is shorter.
    private static final Duration LEADERLESS = Duration.ofSeconds(3);

    private final Replica replica;
    private final NodeId leader;
    private final long term;
    private long lost;
    private volatile boolean over;

    LeaderBinding(Replica replica, NodeId leader, long term) {
        this.replica = replica;
        this.leader = leader;
        this.term = term;
        look();
    }

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public void look() {
        Standing standing = replica.standing();
        if (standing.leader().isEmpty()) {
            long now = System.nanoTime();
            lost = lost == 0 ? now : lost;
            over |= now - lost > LEADERLESS.toNanos();
        } else {
            lost = 0;
            over |= standing.term() > term || !standing.leader().get().equals(leader);
        }
    }
}
