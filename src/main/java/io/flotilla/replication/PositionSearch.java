package io.flotilla.replication;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.consensus.ReplicatedLog;
import io.flotilla.consensus.ReplicatedLog.CompactedException;
import io.flotilla.replication.CommittedLog.Era;
import io.flotilla.replication.Entry.Transactions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// Finds a transaction of one reign in the committed log by where it ends in that leader's binlog: the one thing a crashed
/// leader's server still knows about itself (docs/design.md, section 6).
final class PositionSearch {
    private final CommittedLog committed;
    private final ReplicatedLog raft;

    PositionSearch(CommittedLog committed, ReplicatedLog raft) {
        this.committed = committed;
        this.raft = raft;
    }

    /// The transaction of the reign that ends exactly there.
    ///
    /// @throws CompactedException if the log no longer reaches back to where it might be
    Optional<Gtid> endingAt(Era era, BinlogPosition end) throws CompactedException {
        return lastOf(era, slice -> slice.last() && slice.end().equals(end)).map(Slice::gtid);
    }

    /// The last slice of the reign, from its end backwards, for which the test holds.
    private Optional<Slice> lastOf(Era era, Predicate<Slice> test) throws CompactedException {
        long before = committed.eraAfter(era).map(Era::index).orElse(Long.MAX_VALUE);
        while (true) {
            OptionalLong index = committed.entryBefore(before);
            if (index.isEmpty() || index.getAsLong() <= era.index()) {
                return Optional.empty();
            }
            before = index.getAsLong();
            List<Slice> slices = slices(before);
            for (int i = slices.size() - 1; i >= 0; i--) {
                if (test.test(slices.get(i)) && committed.contains(slices.get(i).gtid())) {
                    return Optional.of(slices.get(i));
                }
            }
        }
    }

    private List<Slice> slices(long index) throws CompactedException {
        byte[] bytes =
                raft.read(index)
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "log entry " + index + " is not one of ours"));
        return Entry.decode(bytes) instanceof Transactions transactions
                ? transactions.slices()
                : List.of();
    }
}
