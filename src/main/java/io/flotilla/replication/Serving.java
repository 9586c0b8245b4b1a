package io.flotilla.replication;

import io.flotilla.failure.Deadline;
import javax.sql.DataSource;

/// The local server while it may answer reads: where to ask it, and how to know what it shows.
///
/// @param server clients' connections, under the restricted account
/// @param applied how far the server is known to be, as a seq (follower) or in commits (leader)
/// @param measure turns a seq into the measure of `applied`
record Serving(DataSource server, Watermark applied, Measure measure) {
    /// Turns a seq into what the watermark counts.
    @FunctionalInterface
    interface Measure {
        long of(long seq);
    }

    /// Waits until the server shows everything up to `seq`.
    ///
    /// @return false when the deadline was over or the server went away first
    boolean shows(long seq, Deadline deadline) throws InterruptedException {
        return applied.await(measure.of(seq), deadline);
    }
}
