package io.flotilla.consensus;

import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One Raft group as the replication layer sees it. Thread-safe.
///
/// An entry is opaque bytes. Indexes are Raft's: they start at 1, and some belong to the library's own entries
/// (configuration), so that data entries have gaps between them.
public interface ReplicatedLog extends AutoCloseable {
    /// Appends an entry if this node leads in exactly `term`.
    ///
    /// Completes with the entry's index after the entry is committed *and* was given to [StateMachine#committed] on
    /// this node. Completes exceptionally with [NotAppendedException] when the entry provably never entered the log,
    /// and with any other exception when that is unknown. Never blocks on disk or network.
    ///
    /// INVARIANT I2: an append that failed or is unknown is never retried.
    CompletableFuture<Long> append(long term, byte[] entry);

    /// Asks a quorum for an index such that every write acknowledged before this call lies at or below it; completes
    /// after this node's state machine has been given everything up to it; fails with [ReadIndexException] or a
    /// `TimeoutException`. Works on any node that reaches the leader.
    /// Never answered from a lease (I9).
    CompletableFuture<Long> readIndex();

    /// What this node believes about leadership now.
    Leadership leadership();

    /// The bytes of a data entry that was committed, for as long as the log keeps it; empty when `index` holds an
    /// entry of the library's own. Safe from any thread, concurrently with appends and truncation.
    ///
    /// @throws CompactedException if the log no longer has (or never had) the index
    Optional<byte[]> read(long index) throws CompactedException;

    /// The lowest index [#read] can give.
    long firstIndex();

    /// How many bytes the entries take on the disk that [#read] can give.
    long bytes();

    /// The disk the log is on.
    DiskRoom room();

    /// How long the write of the log that is under way on this node's disk has taken so far; zero when none is.
    Duration writing();

    /// The first index of the log's last `bytes` bytes or more, as far as whole files show it; [#firstIndex] when it has
    /// fewer.
    long indexBeforeLast(long bytes);

    /// Forgets the entries up to `index`: durable when it returns. What stood there may still be read for a while.
    ///
    /// INVARIANT I7: the caller needs none of them any more, and a node that does will be given `state` in their place.
    ///
    /// @param index of an entry that was given to the state machine; nothing happens if the log begins behind it already
    /// @param state for [StateMachine#restored], here after a start, and on nodes that lack entries
    /// @throws IOException if the disk fails
    void compact(long index, byte[] state) throws IOException;

    /// On a leader: how long ago the requests were sent with whose answers a quorum last confirmed it, on the monotonic
    /// clock; empty on other nodes, and before the first answers of a reign. Cheap; may be asked every few milliseconds.
    ///
    /// A leader whose quorum has been silent for an election timeout may have a successor already.
    Optional<Duration> quorumSilence();

    /// Gives up leadership, to `successor` when it is reachable and up to date, else to the most advanced follower;
    /// without effect on a node that does not lead. The only voter of a group leaves its term and leads the next one. Completes when this node no longer leads, or fails after one
    /// election timeout, in which case it still leads, in the same term.
    CompletableFuture<Void> handOver(Optional<NodeId> successor);

    @Override
    void close();

    /// Who leads, as far as this node knows.
    ///
    /// @param term the current term of this node
    /// @param leader the leader it knows in that term
    /// @param self whether that is this node, with the first entry of its term committed
    record Leadership(long term, Optional<NodeId> leader, boolean self) {}

    /// The entry provably never entered the log: the term was over, or this node did not lead.
    final class NotAppendedException extends Exception {
        private static final long serialVersionUID = 1L;

        public NotAppendedException(String message) {
            super(message);
        }
    }

    /// No quorum confirmed the leader, there is none, or it has not committed an entry of its term yet: ask again later.
    final class ReadIndexException extends Exception {
        private static final long serialVersionUID = 1L;

        public ReadIndexException(String message) {
            super(message);
        }
    }

    /// The log does not reach back to that index.
    final class CompactedException extends Exception {
        private static final long serialVersionUID = 1L;

        public CompactedException(String message) {
            super(message);
        }
    }
}
