package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import java.math.BigInteger;
import java.util.Optional;

/// What became of a write that was tried on this node.
public sealed interface Attempt {
    /// It is committed by Raft, or it is certain that there was nothing to do.
    ///
    /// @param position of the write; of the log when there was nothing to do
    /// @param rows how many the server says it changed
    /// @param lastInsertId the first automatic id it gave, if any (64 bits, unsigned)
    record Done(Gtid position, long rows, Optional<BigInteger> lastInsertId) implements Attempt {}

    /// Nothing was executed here: this node does not lead, or not any more. Another node may be tried.
    record NotHere(String why) implements Attempt {}
}
