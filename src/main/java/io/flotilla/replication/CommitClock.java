package io.flotilla.replication;

import java.util.ArrayDeque;
import java.util.Deque;

/// Since when the oldest entry of the tap waits to be committed: what the doors' stall gate asks. Thread-safe; the
/// question costs a read of one field while nothing waits.
final class CommitClock {
    private final Deque<Long> waiting = new ArrayDeque<>();
    private volatile long oldest;

    /// The first bytes of the next entry were read.
    synchronized void began() {
        long now = System.nanoTime();
        waiting.addLast(now == 0 ? 1 : now);
        oldest = waiting.getFirst();
    }

    /// The oldest entry is committed. Entries are, in order; one that fails never is, and ends the reign.
    synchronized void committed() {
        waiting.removeFirst();
        oldest = waiting.isEmpty() ? 0 : waiting.getFirst();
    }

    /// 0 when nothing waits.
    long waitedNanos() {
        long since = oldest;
        return since == 0 ? 0 : System.nanoTime() - since;
    }
}
