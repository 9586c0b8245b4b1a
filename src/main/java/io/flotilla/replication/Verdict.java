package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// Whether a server is known to be a prefix of the log (I3).
sealed interface Verdict {
    /// @param position the prefix's last transaction
    /// @param already gated transactions behind it whose effect the server has; to be left out when the log is fed
    record Proved(Gtid position, SortedSet<Long> already) implements Verdict {
        public Proved {
            already = Collections.unmodifiableSortedSet(new TreeSet<>(already));
        }

        static Proved at(Gtid position) {
            return new Proved(position, Collections.emptySortedSet());
        }
    }

    /// @param reason a sentence's end for people: "its server ..."
    record Unproved(String reason) implements Verdict {}
}
