package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import java.time.Duration;

/// A request's deadline in the words of the server.
///
/// @param byServer whether the server itself ends the statement at the deadline; else this node does ([Writer]). A limit of the server's
///     takes a lock that all its sessions share, twice for each statement: 8 to 10% of an insert by 64 clients
///     (docs/performance.md)
record TimeLimit(Deadline deadline, boolean byServer) {
    /// Lock waits are given up this much before the statement's time is over, so that the client hears `Conflict`, which
    /// says what to do, and not that time was short. The server counts them in whole seconds.
    private static final long LOCK_MARGIN_SECONDS = 1;

    /// What sessions are set to ([Pins#writing]): right for a statement that begins within a second of its request, when that has
    /// said nothing of its time.
    static final long USUAL_LOCK_SECONDS =
            lockSeconds(SqlConfig.USUAL_TIMEOUT.minus(Duration.ofMillis(1)));

    static TimeLimit byServer(Deadline deadline) {
        return new TimeLimit(deadline, true);
    }

    static TimeLimit byNode(Deadline deadline) {
        return new TimeLimit(deadline, false);
    }

    /// Puts the limits before a statement that changes rows, as far as its session does not have them. The time limit is the
    /// soft kind: when it strikes a statement that already waits for its commit, the wait goes on.
    String before(String sql) {
        long locks = lockSeconds();
        if (!byServer && locks == USUAL_LOCK_SECONDS) {
            return sql;
        }
        StringBuilder limited = new StringBuilder(128 + sql.length()).append("SET STATEMENT ");
        if (byServer) {
            long millis = Math.max(1, deadline.left().toMillis());
            limited.append("max_statement_time=")
                    .append(millis / 1000)
                    .append('.')
                    .append(Long.toString(1000 + millis % 1000), 1, 4)
                    .append(", ");
        }
        return limited.append("innodb_lock_wait_timeout=")
                .append(locks)
                .append(", lock_wait_timeout=")
                .append(locks)
                .append(" FOR ")
                .append(sql)
                .toString();
    }

    /// Sets the limits of what cannot be given a time limit: half a `DROP DATABASE` is worse than a late one. Nor can the
    /// limits go into the statement itself, whose text the followers execute.
    String ofLocks() {
        return "SET SESSION lock_wait_timeout="
                + lockSeconds()
                + ", innodb_lock_wait_timeout="
                + lockSeconds();
    }

    private long lockSeconds() {
        return lockSeconds(deadline.left());
    }

    private static long lockSeconds(Duration left) {
        return Math.max(1, left.toSeconds() - LOCK_MARGIN_SECONDS);
    }
}
