package io.flotilla.consensus;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Committed entries that this node's own disk may not hold yet.
///
/// Commit waits for any majority, not for the own disk (notes/raft.md, must-do 6): such an entry was given to the state
/// machine already and must be readable.
final class CommittedTail {
    private final LongSupplier lastOnDisk;
    private final ConcurrentSkipListMap<Long, byte[]> entries = new ConcurrentSkipListMap<>();

    CommittedTail(LongSupplier lastOnDisk) {
        this.lastOnDisk = lastOnDisk;
    }

    /// Called by the apply thread.
    void committed(long index, byte[] entry) {
        long onDisk = lastOnDisk.getAsLong();
        if (index > onDisk) {
            entries.put(index, entry);
        }
        if (!entries.isEmpty()) {
            entries.headMap(onDisk, true).clear();
        }
    }

    Optional<byte[]> read(long index) {
        byte @Nullable [] entry = entries.get(index);
        return Optional.ofNullable(entry);
    }
}
