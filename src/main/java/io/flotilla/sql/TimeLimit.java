package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import java.util.Locale;

/// A request's deadline in the words of the server.
record TimeLimit(Deadline deadline) {
    /// Lock waits are given up this much before the statement's time is over, so that the client hears `Conflict`, which
    /// says what to do, and not that time was short. The server counts them in whole seconds.
    private static final long LOCK_MARGIN_SECONDS = 1;

    /// Puts the limits before a statement that changes rows. The time limit is the soft kind: when it strikes a statement
    /// that already waits for its commit, the wait goes on.
    String before(String sql) {
        double seconds = Math.max(1, deadline.left().toMillis()) / 1000.0;
        return String.format(
                        Locale.ROOT,
                        "SET STATEMENT max_statement_time=%.3f, innodb_lock_wait_timeout=%d, lock_wait_timeout=%d FOR ",
                        seconds,
                        lockSeconds(),
                        lockSeconds())
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
