package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;

/// What a follower's server is after a crash.
public sealed interface FollowerVerdict {
    /// No gated transaction is in doubt; the server's own position is right.
    record Proved(Gtid position) implements FollowerVerdict {}

    /// Set the position to the transaction before this one (the server's own may be at it already, after the machine
    /// failed), and give it again, through the gate as ever. Its mark stays open until then.
    record GiveAgain(Gtid transaction) implements FollowerVerdict {}

    /// This transaction ran: set the position to it, close its mark, go on with the next.
    record AlreadyDone(Gtid transaction) implements FollowerVerdict {}

    /// Nobody can tell what the server holds.
    ///
    /// @param reason one sentence for people
    record Rebuild(String reason) implements FollowerVerdict {}
}
