/// What one node's Raft log and vote look like on disk, and nothing else: no Raft library, no network, no threads but
/// one that prepares and removes files.
///
/// [LogDirectory] opens both halves together and refuses what does not belong together. [Journal] is the log: segments
/// of records, each chained to its predecessor by checksum, written by one thread and read by any. [VoteFile] is the
/// term and the vote. Whatever cannot be proved to be on disk is not acknowledged, and whatever was acknowledged is
/// either served as it was written or refused; it is never replaced, skipped or silently shortened.
///
/// A record's life: [JournalRecord] → `Frame` (bytes with chained CRC32C) → `Segment` (one preallocated file) →
/// one write and one fdatasync per batch → visible to readers.
@NullMarked
package io.flotilla.consensus.journal;

import org.jspecify.annotations.NullMarked;
