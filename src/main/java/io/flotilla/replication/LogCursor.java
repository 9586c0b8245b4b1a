package io.flotilla.replication;

import io.flotilla.binlog.FeedSource;
import io.flotilla.binlog.JoinedTransactions;
import io.flotilla.binlog.Slice;
import io.flotilla.consensus.ReplicatedLog;
import io.flotilla.consensus.ReplicatedLog.CompactedException;
import io.flotilla.replication.CommittedLog.Era;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The committed transactions behind a position, read from the Raft log, one connection of the replica long.
///
/// INVARIANT I3: gives a transaction only when it is whole and committed, so that the server is always a prefix of the
/// log; gives a gated one only through the [FeedGate]; joins small ones ([JoinedTransactions]).
final class LogCursor implements FeedSource.Cursor {
    private final CommittedLog committed;
    private final ReplicatedLog raft;
    private final FeedGate gate;
    private final BooleanSupplier ended;

    /// What was read of the log and not yet given.
    private final Deque<FeedSource.Item> items = new ArrayDeque<>();

    /// The entry read last; the next one follows it.
    private long entry;

    private long nextSeq;
    private @Nullable Slice passing;

    /// @param after the last seq the replica has; known to be in the log
    /// @param ended whether the feed's time is over
    LogCursor(
            CommittedLog committed,
            ReplicatedLog raft,
            FeedGate gate,
            long after,
            BooleanSupplier ended) {
        this.committed = committed;
        this.raft = raft;
        this.gate = gate;
        this.ended = ended;
        nextSeq = after + 1;
        entry = committed.entryOf(nextSeq).orElse(committed.firstIndex()) - 1;
        committed.eraFor(nextSeq).ifPresent(this::begin);
    }

    /// A stream begins with its format; the entry that tells it need not be read again.
    private void begin(Era era) {
        items.add(new FeedSource.Format(era.start().format()));
        entry = Math.max(entry, era.index());
    }

    @Override
    public Optional<FeedSource.Item> next(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        do {
            Optional<FeedSource.Item> item = ready(left(until));
            if (item.isPresent()) {
                return item;
            }
        } while (!left(until).isZero() && mayGoOn(left(until)));
        return Optional.empty();
    }

    private static Duration left(long until) {
        return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    }

    /// What can be given now; empty when the log has nothing more, or the gate does not open within `patience`.
    private Optional<FeedSource.Item> ready(Duration patience) throws InterruptedException {
        while (!items.isEmpty() || readEntry()) {
            switch (items.element()) {
                case FeedSource.Format ignored -> {
                    return Optional.of(items.remove());
                }
                case FeedSource.Bytes bytes when isPast(bytes.slice()) -> items.remove();
                case FeedSource.Bytes bytes when isWhole(bytes.slice()) -> {
                    return give(bytes, patience);
                }
                case FeedSource.Bytes ignored -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private boolean mayGoOn(Duration patience) throws InterruptedException {
        return passing == null
                ? committed.awaitBeyond(nextSeq - 1, ended, patience)
                : closeBehind(patience);
    }

    /// Given before this stream began, or the beginning of a transaction whose reign ended before it was whole.
    private boolean isPast(Slice slice) {
        long seq = slice.gtid().seq();
        if (seq < nextSeq) {
            return true;
        }
        Optional<Era> era = committed.eraFor(seq);
        return era.isPresent() && era.get().term() != slice.gtid().serverId();
    }

    private boolean isWhole(Slice slice) {
        return slice.gtid().seq() <= committed.last().seq();
    }

    private Optional<FeedSource.Item> give(FeedSource.Bytes bytes, Duration patience)
            throws InterruptedException {
        Slice slice = bytes.slice();
        if (slice.first()) {
            if (slice.gtid().seq() != nextSeq) {
                throw new IllegalStateException(
                        "transaction "
                                + slice.gtid()
                                + " where "
                                + nextSeq
                                + " is the next: the log was compacted under the feed");
            }
            if (!closeBehind(patience)
                    || !gate.mayBegin(slice.gtid().seq(), patience)
                    || (slice.gated() && !gate.open(slice, patience))) {
                return Optional.empty();
            }
            passing = slice.gated() ? slice : null;
        }
        items.remove();
        if (slice.last()) {
            nextSeq = slice.gtid().seq() + 1;
        }
        if (!slice.gated()) {
            return Optional.of(new FeedSource.Bytes(withFollowers(slice)));
        }
        if (!gate.alreadyThere(slice)) {
            return Optional.of(bytes);
        }
        return slice.first()
                ? Optional.of(new FeedSource.Bytes(Skipped.of(slice)))
                : ready(patience);
    }

    /// The transaction, its statements joined where they can be, and with those behind it in its entry that may be given with
    /// it.
    ///
    /// Never beyond its entry: a replica that lost its connection within the joined one asks for what is behind the one
    /// before it, and must be given the same again (else its error 1952, and it stops).
    private Slice withFollowers(Slice first) throws InterruptedException {
        if (!JoinedTransactions.joinable(first)) {
            return first;
        }
        List<Slice> run = new ArrayList<>();
        run.add(first);
        int size = first.bytes().length;
        while (run.size() < JoinedTransactions.MOST
                && items.peek() instanceof FeedSource.Bytes(Slice next)
                && next.gtid().seq() == nextSeq
                && size + next.bytes().length <= JoinedTransactions.MOST_BYTES
                && JoinedTransactions.joinable(next)
                && gate.mayBegin(nextSeq, Duration.ZERO)) {
            items.remove();
            run.add(next);
            size += next.bytes().length;
            nextSeq++;
        }
        return JoinedTransactions.of(run);
    }

    /// INVARIANT: nothing is given behind a gated transaction before the server has it and the mark says so.
    private boolean closeBehind(Duration patience) throws InterruptedException {
        if (passing != null && gate.close(passing, patience)) {
            passing = null;
        }
        return passing == null;
    }

    /// Reads the next entry, if there is one.
    private boolean readEntry() {
        OptionalLong next = committed.entryAfter(entry);
        if (next.isEmpty()) {
            return false;
        }
        entry = next.getAsLong();
        switch (Entry.decode(bytes(entry))) {
            case ReignStart start -> items.add(new FeedSource.Format(start.format()));
            case Transactions transactions ->
                    transactions.slices().forEach(slice -> items.add(new FeedSource.Bytes(slice)));
        }
        return true;
    }

    private byte[] bytes(long index) {
        try {
            return raft.read(index)
                    .orElseThrow(() ->
                            new IllegalStateException(
                                    "log entry " + index + " is not one of ours"));
        } catch (CompactedException e) {
            throw new IllegalStateException(
                    "log entry " + index + " was compacted under the feed", e);
        }
    }

    @Override
    public void close() {}
}
