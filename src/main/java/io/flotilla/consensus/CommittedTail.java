package io.flotilla.consensus;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongUnaryOperator;

/// Committed entries that this node's own disk may not hold yet.
///
/// Commit waits for any majority, not for the own disk (docs/notes/raft.md, must-do 6): such an entry was given to the state
/// machine already and must be readable. The disk may even hold another entry at its index, one of a deposed leader that
/// is about to be cut off; only the term tells them apart.
final class CommittedTail {
    private final LongUnaryOperator termOnDisk;
    private final ConcurrentSkipListMap<Long, Kept> entries = new ConcurrentSkipListMap<>();

    /// @param termOnDisk the term of the entry the disk holds at an index, 0 if there is none
    CommittedTail(LongUnaryOperator termOnDisk) {
        this.termOnDisk = termOnDisk;
    }

    private record Kept(long term, byte[] entry) {}

    /// Called by the apply thread, in order.
    void committed(long index, long term, byte[] entry) {
        forgetWhatIsOnDisk();
        if (!onDisk(index, term)) {
            entries.put(index, new Kept(term, entry));
        }
    }

    /// The log goes on behind this index.
    void forget(long index) {
        entries.headMap(index, true).clear();
    }

    /// INVARIANT: asked before the disk. What is not here any more, or never was, the disk holds.
    Optional<byte[]> read(long index) {
        return Optional.ofNullable(entries.get(index)).map(Kept::entry);
    }

    private void forgetWhatIsOnDisk() {
        Map.Entry<Long, Kept> first = entries.firstEntry();
        while (first != null && onDisk(first.getKey(), first.getValue().term())) {
            entries.remove(first.getKey());
            first = entries.firstEntry();
        }
    }

    /// Two entries with one index and one term are the same (Raft's log matching).
    private boolean onDisk(long index, long term) {
        return termOnDisk.applyAsLong(index) == term;
    }
}
