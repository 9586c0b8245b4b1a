package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a former leader's server is after a crash.
public sealed interface LeaderVerdict {
    /// The data hold everything up to `position`, and besides the effects of the gated transactions in `skip`: note them
    /// with [DdlMarks#ahead] before the server follows. A CREATE TABLE .. SELECT among them is there with its rows.
    ///
    /// @param position where to follow from
    /// @param skip seqs behind the position whose work must be left out when they come
    record Proved(Gtid position, SortedSet<Long> skip) implements LeaderVerdict {
        public Proved {
            skip = new TreeSet<>(skip);
        }
    }

    /// The schema's digest after one of these gated transactions decides, and no peer has told it yet. Ask the peers and
    /// judge again; when none of them has it (none has applied that far, or none keeps that much) and will not, rebuild.
    record NeedsDigest(SortedSet<Long> after) implements LeaderVerdict {
        public NeedsDigest {
            after = new TreeSet<>(after);
        }
    }

    /// Nobody can tell what the server holds, or it holds what the log does not.
    ///
    /// @param reason one sentence for people
    record Rebuild(String reason) implements LeaderVerdict {}
}
