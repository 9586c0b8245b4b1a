package io.flotilla.consensus.journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The log of one node: records with consecutive indexes, durable once [#append] has returned.
///
/// Reading is safe from any thread at any time. Everything that changes the log belongs to one thread at a time
/// (callers are serialised, but the order between two of them is theirs).
public final class Journal implements AutoCloseable {
    /// The identity both files of a log directory carry; random, made at first bootstrap.
    public UUID logId() {
        throw new UnsupportedOperationException();
    }

    /// The first index kept; in an empty log the index the next record must have... or the one after a cut prefix; 1 in
    /// a new log.
    public long firstIndex() {
        throw new UnsupportedOperationException();
    }

    /// The last index, or 0 when the log is empty.
    public long lastIndex() {
        throw new UnsupportedOperationException();
    }

    /// The index the next record must have.
    public long nextIndex() {
        throw new UnsupportedOperationException();
    }

    /// Appends records; returns when all are on disk (one write, one fdatasync) and visible to readers.
    ///
    /// @throws IllegalArgumentException if the first index is not [#nextIndex], there is a gap, a term falls, or a
    ///     payload is over the limit: nothing was written, the journal goes on
    /// @throws JournalException if the disk failed: nothing counts as appended, the hook was called
    public void append(List<JournalRecord> records) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Removes everything after `lastKept`, durably before it returns.
    public void truncateSuffix(long lastKept) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Makes `firstKept` the first index. What lies before stays readable for [JournalSettings#retention] at least; whole
    /// segments are deleted later. Beyond the end it empties the log, as [#reset] does.
    public void truncatePrefix(long firstKept) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Empties the log; the next record has index `nextIndex`. One atomic step: a crash leaves the old log or the empty
    /// one.
    public void reset(long nextIndex) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// The record at `index`, checked against its checksum; empty if the log has none there. Also serves records cut off
    /// at the front a short while ago.
    ///
    /// @throws CorruptJournalException if what is on disk is not what was written
    public Optional<JournalRecord> read(long index) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// The term at `index`, or 0 if there is no record.
    public long term(long index) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Reads on from `from` to what is the last record now, with read-ahead.
    public JournalScan scan(long from) {
        throw new UnsupportedOperationException();
    }

    /// Reads everything and checks every checksum and the whole chain.
    public void verify() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
