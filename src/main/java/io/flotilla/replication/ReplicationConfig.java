package io.flotilla.replication;

import java.time.Duration;

/// Limits of a node's role.
///
/// @param domain the GTID domain: the group's number
/// @param drain how long a planned handover waits for open work before it cuts it
/// @param binlogBytes how much binlog the leader keeps that nobody needs any more
public record ReplicationConfig(long domain, Duration drain, long binlogBytes) {
    public static final ReplicationConfig DEFAULT = new ReplicationConfig(0, Duration.ofSeconds(2), 256L << 20);

    public ReplicationConfig {
        if (domain < 0 || drain.isNegative() || binlogBytes < 1 << 20) {
            throw new IllegalArgumentException("domain, drain and binlog bytes must be positive, binlog at least 1 MiB");
        }
    }
}
