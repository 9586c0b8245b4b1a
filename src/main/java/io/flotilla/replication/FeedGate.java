package io.flotilla.replication;

import io.flotilla.binlog.Slice;
import java.time.Duration;

/// What stands between the log and the follower's server for transactions that are not plain row work (docs/design.md, section 7).
/// Used by one thread.
interface FeedGate {
    /// Prepares the server for a gated transaction: everything before it is applied and the mark is on disk.
    ///
    /// @param first the transaction's first slice
    /// @return false when that did not happen within `patience`: ask again
    boolean open(Slice first, Duration patience) throws InterruptedException;

    /// Closes the gate behind the transaction given last: it is applied, durable, and marked so.
    ///
    /// @return false when that did not happen within `patience`: ask again
    boolean close(Slice first, Duration patience) throws InterruptedException;

    /// Whether the server has the effect of this transaction already, so that it must get the position without the work.
    boolean alreadyThere(Slice first);

    /// Asked before each transaction: whether it may be given now.
    default boolean mayBegin(long seq, Duration patience) throws InterruptedException {
        return true;
    }
}
