package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import java.math.BigDecimal;

/// A request's deadline in the words of the server.
record TimeLimit(Deadline deadline) {
    /// Lock waits are given up this much before the statement's time is over, so that the client hears `Conflict`, which
    /// says what to do, and not that time was short. The server counts them in whole seconds.
    private static final long LOCK_MARGIN_SECONDS = 1;

    /// Puts the limits before a statement that changes rows. The time limit is the soft kind: when it strikes a statement
    /// that already waits for its commit, the wait goes on.
    String before(String sql) {
        BigDecimal seconds = BigDecimal.valueOf(Math.max(1, deadline.left().toMillis()), 3);
        long locks = lockSeconds();
        return "SET STATEMENT max_statement_time="
                + seconds
                + ", innodb_lock_wait_timeout="
                + locks
                + ", lock_wait_timeout="
                + locks
                + " FOR "
                + sql;
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
        return Math.max(1, deadline.left().toSeconds() - LOCK_MARGIN_SECONDS);
    }
}
