package io.flotilla.replication;

import java.time.Duration;

/// Limits of a node's role.
///
/// @param domain the GTID domain: the group's number
/// @param drain how long a planned handover waits for open work before it cuts it
/// @param rest how long this node's server may rest while another node copies its data: a follower applies nothing
///     meanwhile, a leader's clients wait. Too short: a server with much that changes is never copied
/// @param replay a server that lacks at most this many transactions is fed them; beyond it, it is given another node's
///     data when it has to be rebuilt
/// @param keep how many bytes the log may have before its front is given up; half of it is left. 0 for as much as the
///     server's data take, and at least [#LEAST_KEPT]. Too small: nodes that were away need another node's data, and a
///     copy of the data is made often; too large: a start reads long, and the disk fills
/// @param lagMax how far behind the log, in time, a majority of servers may be before writes are slowed down. A failover
///     may wait as long as that for the best server to apply what it lacks. Too small: writes slow down at every bulk load
/// @param verifyEvery how often a leader compares all servers by itself; zero for never. Too small: half a core of each
///     node is never idle; too large: a server that differs is read from for as long
public record ReplicationConfig(
        long domain,
        Duration drain,
        Duration rest,
        long replay,
        long keep,
        Duration lagMax,
        Duration verifyEvery) {
    public static final long LEAST_KEPT = 1L << 30;

    public static final Duration DEFAULT_LAG_MAX = Duration.ofSeconds(5);

    public static final Duration DEFAULT_VERIFY_EVERY = Duration.ofHours(24);

    public static final ReplicationConfig DEFAULT =
            new ReplicationConfig(
                    0,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    1000,
                    0,
                    DEFAULT_LAG_MAX,
                    DEFAULT_VERIFY_EVERY);

    public ReplicationConfig {
        if (domain < 0
                || verifyEvery.isNegative()
                || drain.isNegative()
                || rest.isNegative()
                || replay < 0
                || keep < 0) {
            throw new IllegalArgumentException("no limit of a role may be negative");
        }
        if (!lagMax.isPositive()) {
            throw new IllegalArgumentException("the lag that is allowed must be more than nothing");
        }
    }

    public ReplicationConfig withKeep(long bytes) {
        return new ReplicationConfig(domain, drain, rest, replay, bytes, lagMax, verifyEvery);
    }

    public ReplicationConfig withLagMax(Duration most) {
        return new ReplicationConfig(domain, drain, rest, replay, keep, most, verifyEvery);
    }

    public ReplicationConfig withVerifyEvery(Duration every) {
        return new ReplicationConfig(domain, drain, rest, replay, keep, lagMax, every);
    }
}
