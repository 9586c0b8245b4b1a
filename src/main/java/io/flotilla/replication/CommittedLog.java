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
///
/// INVARIANT: nobody waits for anything while its monitor is held, and no lock is taken under it but [LagMeter]'s: the
/// consensus thread would stand still.
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
    private final LagMeter lag = new LagMeter();

    /// What was before the first entry known here.
    private LogStart start = LogStart.NONE;

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
        lag.committed(chain.last().seq(), System.nanoTime());
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

    /// Whether there is a gated transaction behind `seq`.
    synchronized boolean gatedSince(long seq) {
        return gated.size() > 0 && gated.get(gated.size() - 1) > seq;
    }

    /// How far it has come.
    synchronized Progress progress() {
        return new Progress(appliedIndex, chain.last().seq());
    }

    /// The last complete committed transaction.
    synchronized Gtid last() {
        return chain.last();
    }

    /// How long this node has known of the oldest committed transaction that a server at `applied` lacks; zero when it
    /// lacks none.
    ///
    /// @param now in [System#nanoTime]
    Duration behind(long applied, long now) {
        return lag.behind(applied, now);
    }

    /// The first transaction this node can still give to a server.
    synchronized long firstSeq() {
        return start.last().seq() + 1;
    }

    /// Begins anew behind entries that this node has forgotten, or never had; called by the consensus thread only.
    synchronized void restore(LogStart from) {
        start = from;
        chain.restore(from.last(), from.reign().map(Era::start).orElse(null));
        eras.clear();
        eras.addAll(from.eras());
        indexes.removeFirst(indexes.size());
        firstSeqs.removeFirst(firstSeqs.size());
        gated.removeFirst(gated.size());
        from.gated().forEach(gated::add);
        appliedIndex = Math.max(appliedIndex, from.index());
        notifyAll();
    }

    /// What is to be said of the entries before the accepted entry `index`, at which no transaction is half told.
    ///
    /// @param last the seq of the last complete transaction before it
    synchronized LogStart startBefore(long index, long last) {
        Gtid gtid = gtid(last).orElseThrow();
        List<Era> kept = new ArrayList<>();
        Optional<Era> reign =
                eras.stream().filter(era -> era.index() < index).reduce((first, second) -> second);
        eraFor(last)
                .filter(era -> last > 0 && !reign.equals(Optional.of(era)))
                .ifPresent(kept::add);
        reign.ifPresent(kept::add);
        List<Long> statements = new ArrayList<>();
        for (int at = gated.lastAtMost(last); at >= 0 && !kept.isEmpty(); at--) {
            if (gated.get(at) <= kept.getFirst().start().last().seq()) {
                break;
            }
            statements.addFirst(gated.get(at));
        }
        return new LogStart(index - 1, gtid, kept, statements);
    }

    /// Forgets what lies before; the log was compacted so.
    synchronized void forget(LogStart before) {
        if (before.index() <= start.index()) {
            return;
        }
        int entries = indexes.lastAtMost(before.index()) + 1;
        indexes.removeFirst(entries);
        firstSeqs.removeFirst(entries);
        gated.removeFirst(gated.lastAtMost(before.last().seq()) + 1 - before.gated().size());
        eras.removeIf(era -> era.index() <= before.index() && !before.eras().contains(era));
        start = before;
    }

    /// The first log index that is needed to go on; 1 in a log that was never compacted.
    synchronized long firstIndex() {
        return start.index() + 1;
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

    /// Whether `gtid` is the id of a committed transaction (or of none, the state before the first) behind which the log
    /// goes on: of one that lies before a compacted log's last forgotten one it is not said.
    synchronized boolean contains(Gtid gtid) {
        if (gtid.equals(start.last())) {
            return true;
        }
        return gtid.seq() > start.last().seq()
                && gtid.seq() <= chain.last().seq()
                && eraFor(gtid.seq()).filter(era -> era.term() == gtid.serverId()).isPresent();
    }

    /// The id of the committed transaction with that seq.
    synchronized Optional<Gtid> gtid(long seq) {
        if (seq == 0) {
            return Optional.of(Gtid.NONE);
        }
        if (seq < start.last().seq() || seq > chain.last().seq()) {
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

    /// Whether that entry counts.
    synchronized boolean isAccepted(long index) {
        int at = indexes.lastAtMost(index);
        return at >= 0 && indexes.get(at) == index;
    }

    /// The last accepted entry before log index `index`.
    synchronized OptionalLong entryBefore(long index) {
        int at = indexes.lastAtMost(index - 1);
        return at < 0 ? OptionalLong.empty() : OptionalLong.of(indexes.get(at));
    }

    /// Waits until the log is past `seq`, the condition holds or the time is over.
    ///
    /// @param unless looked at under this object's lock, which the consensus thread takes: takes no lock, and does not wait
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
