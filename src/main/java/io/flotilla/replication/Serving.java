package io.flotilla.replication;

import io.flotilla.failure.Deadline;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The local server while it may answer reads: where to ask it, and how to know what it shows.
///
/// @param server clients' connections, under the restricted account
/// @param applied how far the server is known to be, as a seq (follower) or in commits (leader)
/// @param seq the last seq the server is known to show, for people
/// @param measure turns a seq into the measure of `applied`
record Serving(DataSource server, Watermark applied, LongSupplier seq, Measure measure) {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    /// Turns a seq into what the watermark counts.
    @FunctionalInterface
    interface Measure {
        long of(long seq);
    }

    /// Waits until the server shows everything up to `seq`.
    ///
    /// @return false when the deadline was over or the server went away first
    boolean shows(long seq, Deadline deadline) throws InterruptedException {
        try {
            return applied.await(measure.of(seq), deadline);
        } catch (ServerTrouble e) {
            LOG.debug("a reader waited for a server that went away", e);
            return false;
        }
    }
}
