package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.ExecutedDdl.Executed;
import io.flotilla.ddl.LeaderVerdict.NeedsDigest;
import io.flotilla.ddl.LeaderVerdict.Proved;
import io.flotilla.ddl.LeaderVerdict.Rebuild;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The cases of a former leader's crash.
///
/// The journal says which gated transactions ran. The server's own crash recovery may have undone the last of them
/// again: it does so for those whose session was still waiting for its acknowledgement, when it finds its DDL log but
/// not its binlog (seen on 11.4.5 for CREATE TABLE, CREATE TABLE .. SELECT, RENAME, CREATE VIEW, CREATE TRIGGER). So the
/// digest decides how many of them are in the data, from the last one backwards; behind that they are given again. Of
/// those up to a quiet moment ([DdlMarks#settled()]) none can be undone.
final class LeaderProof {
    private final LeaderCrash crash;
    private final TreeMap<Long, Executed> executed;
    private final String now;

    /// Those that the position says nothing about.
    private final List<Executed> tail = new ArrayList<>();

    /// How many of the tail cannot have been undone.
    private final int settled;

    private final SortedSet<Long> missing = new TreeSet<>();

    LeaderProof(LeaderCrash crash) {
        this.crash = crash;
        this.now = crash.now().digest().schema();
        this.executed = new TreeMap<>(crash.reign().executed());
        executed.tailMap(crash.position().seq(), false).values().forEach(tail::add);
        long certain = crash.settled().map(done -> done.gtid().seq()).orElse(0L);
        this.settled = (int) tail.stream().filter(entry -> entry.gtid().seq() <= certain).count();
    }

    LeaderVerdict verdict() {
        return contradiction().<LeaderVerdict>map(Rebuild::new).orElseGet(this::byDigest);
    }

    private Optional<String> contradiction() {
        if (!crash.reign().xaPrepared().isEmpty()
                || executed.values().stream().anyMatch(entry -> entry.doubt().xa())) {
            // the recovery rolls back every prepared transaction, also one that the log knows as
            // prepared
            return Optional.of("there were XA transactions in the reign");
        }
        if (crash.position().seq() < crash.reign().forgotten()) {
            return Optional.of(
                    "the journal of executed DDL does not reach back to " + crash.position());
        }
        if (!crash.reign().unexplained().isEmpty()) {
            return Optional.of(
                    "a statement that the log does not have has changed "
                            + crash.reign().unexplained());
        }
        for (Executed entry : executed.values()) {
            if (!entry.gtid().equals(crash.committed().get(entry.gtid().seq()))) {
                return Optional.of(entry.gtid() + " was executed here and is not in the log");
            }
        }
        for (Gtid gtid : crash.committed().tailMap(crash.reign().forgotten() + 1).values()) {
            if (!executed.containsKey(gtid.seq())) {
                return Optional.of(gtid + " is in the log and not in the journal of executed DDL");
            }
        }
        return Optional.empty();
    }

    private LeaderVerdict byDigest() {
        for (int count = tail.size(); count >= settled; count--) {
            Optional<String> digest = digestWith(count);
            if (digest.isEmpty()) {
                missing.add(seqWith(count));
            } else if (digest.get().equals(now)) {
                return proved(count);
            }
        }
        return missing.isEmpty()
                ? new Rebuild("the schema is none that the log ever had")
                : needs();
    }

    private LeaderVerdict proved(int count) {
        SortedSet<Long> skip = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            if (i >= settled && invisible(i)) {
                return new Rebuild(
                        "nobody can see whether " + tail.get(i).gtid() + " is still in the data");
            }
            skip.add(tail.get(i).gtid().seq());
        }
        Set<String> changed =
                new TreeSet<>(crash.now().tables().changedSince(crash.reign().tables()));
        tail.subList(count, tail.size()).forEach(undone -> changed.removeAll(undone.changed()));
        if (!changed.isEmpty()) {
            return new Rebuild("a statement that the log does not have has changed " + changed);
        }
        // INVARIANT: a digest that is not known yet, of more transactions, might fit as well
        return missing.isEmpty() ? new Proved(crash.position(), skip) : needs();
    }

    private LeaderVerdict needs() {
        return new NeedsDigest(missing);
    }

    /// Whether a transaction left no trace in the schema, though giving it twice would do harm.
    private boolean invisible(int i) {
        if (tail.get(i).doubt() == Doubt.HARMLESS) {
            return false;
        }
        Optional<String> before = digestWith(i);
        Optional<String> after = digestWith(i + 1);
        if (before.isEmpty()) {
            missing.add(seqWith(i));
        }
        if (after.isEmpty()) {
            missing.add(seqWith(i + 1));
        }
        return before.isPresent() && before.equals(after);
    }

    /// The digest when the first `count` of the tail are in the data.
    ///
    /// What a peer has recorded goes before what this node noted of itself: a statement that failed, and took effect
    /// nevertheless, is in no log, and only where it failed.
    private Optional<String> digestWith(int count) {
        Long seq = seqWith(count);
        if (seq <= crash.reign().position().seq()) {
            return crash.atPromotion();
        }
        return Optional.ofNullable(crash.digestAfter().get(seq))
                .or(() ->
                        crash.settled()
                                .filter(done -> seq.equals(done.gtid().seq()))
                                .flatMap(Done::schema));
    }

    /// The seq of the last gated transaction then; the reign's beginning when there is none of this reign.
    private Long seqWith(int count) {
        if (count > 0) {
            return tail.get(count - 1).gtid().seq();
        }
        Long before =
                crash.committed().isEmpty()
                        ? null
                        : new TreeMap<>(crash.committed()).floorKey(crash.position().seq());
        return before == null ? crash.reign().position().seq() : before;
    }
}
