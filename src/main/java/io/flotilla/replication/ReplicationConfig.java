package io.flotilla.replication;

import java.time.Duration;

/// Limits of a node's role.
///
/// @param domain the GTID domain: the group's number
/// @param drain how long a planned handover waits for open work before it cuts it
public record ReplicationConfig(long domain, Duration drain) {
    public static final ReplicationConfig DEFAULT = new ReplicationConfig(0, Duration.ofSeconds(2));

    public ReplicationConfig {
        if (domain < 0 || drain.isNegative()) {
            throw new IllegalArgumentException("domain and drain must not be negative");
        }
    }
}
