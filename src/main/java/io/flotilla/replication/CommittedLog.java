package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this node knows to be committed: which log entries count (see [Chain]), where each transaction lies, who reigned
/// when. Written by the consensus thread, read by everybody. Holds no transactions, only where they are.
final class CommittedLog {
    private static final Logger log = LoggerFactory.getLogger(CommittedLog.class);

    private final Chain chain;
    private final List<Era> eras = new ArrayList<>();

    /// Of the accepted entries, in order: the log index, and the first seq that begins in it (the next one to begin,
    /// where none does).
    private final LongList indexes = new LongList();

    private final LongList firstSeqs = new LongList();

    /// The gated transactions, whole and committed.
    private final LongList gated = new LongList();

    private long appliedIndex;

    CommittedLog(long domain) {
        chain = new Chain(domain);
    }

    /// One reign, as the log tells it.
    ///
    /// @param index the log index of its start
    record Era(ReignStart start, long index) {
        long term() {
            return start.term();
        }
    }

    /// Takes the next committed entry; called by the consensus thread only.
    synchronized void apply(long index, long term, byte[] bytes) {
        Entry entry = Entry.decode(bytes);
        long begins = chain.last().seq() + 1;
        String refusal = chain.accept(term, entry);
        if (refusal != null) {
            log.warn(
                    "log entry {} of term {} is refused, here as on every node: {}",
                    index,
                    term,
                    refusal);
        } else {
            if (entry instanceof ReignStart) {
                forgetAbandoned(begins);
            }
            indexes.add(index);
            firstSeqs.add(firstBegun(entry, begins));
            switch (entry) {
                case ReignStart start -> eras.add(new Era(start, index));
                case Transactions transactions -> noteGated(transactions);
            }
        }
        appliedIndex = index;
        notifyAll();
    }

    /// Entries that only continued a large transaction which its reign did not finish hold nothing anybody will read.
    private void forgetAbandoned(long next) {
        while (firstSeqs.size() > 0 && firstSeqs.get(firstSeqs.size() - 1) > next) {
            firstSeqs.removeLast();
            indexes.removeLast();
        }
    }

    /// An entry that continues a large transaction begins nothing until that one is complete.
    private static long firstBegun(Entry entry, long next) {
        if (entry instanceof Transactions transactions) {
            return transactions.slices().stream()
                    .filter(slice -> slice.first())
                    .mapToLong(slice -> slice.gtid().seq())
                    .findFirst()
                    .orElse(next + 1);
        }
        return next;
    }

    private void noteGated(Transactions entry) {
        for (Slice slice : entry.slices()) {
            if (slice.last() && slice.gated()) {
                gated.add(slice.gtid().seq());
            }
        }
    }

    /// The gated transactions of a reign, by seq.
    synchronized SortedMap<Long, Gtid> gatedIn(Era era) {
        long end = eraAfter(era).map(next -> next.start().last().seq()).orElse(Long.MAX_VALUE);
        SortedMap<Long, Gtid> found = new TreeMap<>();
        for (int at = gated.lastAtMost(end);
                at >= 0 && gated.get(at) > era.start().last().seq();
                at--) {
            found.put(gated.get(at), new Gtid(chain.last().domain(), era.term(), gated.get(at)));
        }
        return found;
    }

    /// The last complete committed transaction.
    synchronized Gtid last() {
        return chain.last();
    }

    synchronized long appliedIndex() {
        return appliedIndex;
    }

    /// The reign the log is in.
    synchronized Optional<Era> era() {
        return eras.isEmpty() ? Optional.empty() : Optional.of(eras.getLast());
    }

    /// The reign of a term, if it has begun.
    synchronized Optional<Era> eraOf(long term) {
        return eras.stream().filter(era -> era.term() == term).findFirst();
    }

    /// The reign that followed a reign, if there was one.
    synchronized Optional<Era> eraAfter(Era era) {
        return eras.stream().filter(other -> other.index() > era.index()).findFirst();
    }

    /// The reign in which `seq` was or will be written: the last one that began before it.
    synchronized Optional<Era> eraFor(long seq) {
        for (int i = eras.size() - 1; i >= 0; i--) {
            if (eras.get(i).start().last().seq() < seq) {
                return Optional.of(eras.get(i));
            }
        }
        return Optional.empty();
    }

    /// Whether `gtid` is the id of a committed transaction (or of none, the state before the first).
    synchronized boolean contains(Gtid gtid) {
        if (gtid.equals(Gtid.NONE)) {
            return true;
        }
        return gtid.seq() <= chain.last().seq()
                && eraFor(gtid.seq()).filter(era -> era.term() == gtid.serverId()).isPresent();
    }

    /// The id of the committed transaction with that seq.
    synchronized Optional<Gtid> gtid(long seq) {
        if (seq == 0) {
            return Optional.of(Gtid.NONE);
        }
        if (seq < 0 || seq > chain.last().seq()) {
            return Optional.empty();
        }
        return eraFor(seq).map(era -> new Gtid(chain.last().domain(), era.term(), seq));
    }

    /// The accepted entry in which `seq` begins, or would begin.
    synchronized OptionalLong entryOf(long seq) {
        int at = firstSeqs.lastAtMost(seq);
        return at < 0 ? OptionalLong.empty() : OptionalLong.of(indexes.get(at));
    }

    /// The first accepted entry behind log index `index`.
    synchronized OptionalLong entryAfter(long index) {
        int at = indexes.lastAtMost(index) + 1;
        return at < indexes.size() ? OptionalLong.of(indexes.get(at)) : OptionalLong.empty();
    }

    /// The last accepted entry before log index `index`.
    synchronized OptionalLong entryBefore(long index) {
        int at = indexes.lastAtMost(index - 1);
        return at < 0 ? OptionalLong.empty() : OptionalLong.of(indexes.get(at));
    }

    /// Waits until the log is past `seq`, the condition holds or the time is over.
    ///
    /// @return whether the log is past `seq`
    synchronized boolean awaitBeyond(long seq, BooleanSupplier unless, Duration patience)
            throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (chain.last().seq() <= seq && !unless.getAsBoolean()) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return chain.last().seq() > seq;
    }

    /// Lets everybody who waits look at their condition again.
    synchronized void wake() {
        notifyAll();
    }
}
