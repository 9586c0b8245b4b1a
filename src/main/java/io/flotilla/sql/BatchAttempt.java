package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.FlotillaException;
import java.util.List;

/// What became of a batch that was tried on this node.
public sealed interface BatchAttempt {
    /// It ran to its end, and all it wrote is committed by Raft. Statements may have failed by themselves; where one of a
    /// transaction did, it is the last result, and nothing was written.
    ///
    /// @param position of its last write; of the log when it wrote nothing
    /// @param wrote whether it wrote anything
    record Done(List<StatementResult> results, Gtid position, boolean wrote)
            implements BatchAttempt {
        public Done {
            results = List.copyOf(results);
        }
    }

    /// It broke off.
    ///
    /// @param failure whose outcome is that of the whole batch
    /// @param statement the one at which it broke off, from 0
    /// @param before what the statements before it gave; what they wrote is written
    record Broken(FlotillaException failure, int statement, List<StatementResult> before)
            implements BatchAttempt {
        public Broken {
            before = List.copyOf(before);
        }
    }

    /// Nothing was executed here: this node does not lead, or not any more. Another node may be tried.
    record NotHere(String why) implements BatchAttempt {}
}
