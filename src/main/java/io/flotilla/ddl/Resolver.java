package io.flotilla.ddl;

/// Draws the conclusion after a crash: pure functions of what is on disk, in the server, and at the peers.
public final class Resolver {
    private Resolver() {}

    /// What a follower's server is.
    public static FollowerVerdict follower(FollowerCrash crash) {
        return FollowerProof.of(crash);
    }

    /// What a former leader's server is.
    public static LeaderVerdict formerLeader(LeaderCrash crash) {
        return new LeaderProof(crash).verdict();
    }
}
