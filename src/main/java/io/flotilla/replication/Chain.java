package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import org.jspecify.annotations.Nullable;

/// The rule that makes the log one chain (I2), as a pure function of the entries: every node applies it to the same
/// entries and so refuses the same ones.
///
/// INVARIANT I2: an entry is accepted only in the reign it was written in, directly behind its predecessor; after the
/// first refusal nothing more of that reign is accepted. Not thread-safe.
final class Chain {
    private final long domain;
    private Gtid last = Gtid.NONE;
    private @Nullable ReignStart reign;
    private boolean broken;
    private @Nullable Gtid unfinished;

    Chain(long domain) {
        this.domain = domain;
    }

    /// The last complete transaction.
    Gtid last() {
        return last;
    }

    /// The reign the next transactions must belong to.
    @Nullable ReignStart reign() {
        return reign;
    }

    /// Goes on behind entries that are not there any more.
    ///
    /// @param last the last complete transaction in them
    /// @param reign the last reign that began in them, if any did; unbroken, and with nothing unfinished
    void restore(Gtid last, @Nullable ReignStart reign) {
        this.last = last;
        this.reign = reign;
        broken = false;
        unfinished = null;
    }

    /// Takes the next committed entry.
    ///
    /// @param term the Raft term the entry was appended in
    /// @return null when it was accepted, else why it was refused
    @Nullable String accept(long term, Entry entry) {
        if (entry.term() != term) {
            return "names term " + entry.term() + " but was appended in term " + term;
        }
        return switch (entry) {
            case ReignStart start -> start(start);
            case Transactions transactions -> transactions(transactions);
        };
    }

    private @Nullable String start(ReignStart start) {
        if (reign != null && start.term() <= reign.term()) {
            return "term " + start.term() + " starts after the reign of term " + reign.term();
        }
        if (!start.last().equals(last)) {
            return "the reign would start after '"
                    + start.last()
                    + "' but the log is at '"
                    + last
                    + "'";
        }
        reign = start;
        broken = false;
        unfinished = null;
        return null;
    }

    private @Nullable String transactions(Transactions entry) {
        ReignStart current = reign;
        if (current == null || current.term() != entry.term()) {
            return "not of the current reign ("
                    + (current == null ? "none" : "term " + current.term())
                    + ")";
        }
        if (broken) {
            return "an earlier entry of this reign was refused";
        }
        String refusal = links(entry);
        broken = refusal != null;
        return refusal;
    }

    /// Checks the whole entry before anything of it counts.
    private @Nullable String links(Transactions entry) {
        if (entry.previous() != last.seq()) {
            return "continues seq " + entry.previous() + " but the log is at " + last.seq();
        }
        Gtid complete = last;
        Gtid open = unfinished;
        for (Slice slice : entry.slices()) {
            Gtid gtid = slice.gtid();
            if (open == null
                    ? !slice.first() || !follows(gtid, complete, entry.term())
                    : slice.first() || !gtid.equals(open)) {
                return "slice of "
                        + gtid
                        + " after "
                        + (open == null ? complete : "a part of " + open);
            }
            open = slice.last() ? null : gtid;
            complete = slice.last() ? gtid : complete;
        }
        last = complete;
        unfinished = open;
        return null;
    }

    private boolean follows(Gtid gtid, Gtid previous, long term) {
        return gtid.domain() == domain
                && gtid.serverId() == term
                && gtid.seq() == previous.seq() + 1;
    }
}
