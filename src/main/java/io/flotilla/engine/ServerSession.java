package io.flotilla.engine;

import java.sql.SQLException;
import java.util.Optional;

/// What a connection of ours to the server does besides JDBC. It gives itself as one ([Connection#unwrap]). Used by one
/// thread at a time.
public interface ServerSession {
    /// What the answer to the last command said about the session, for nothing: session tracking (MDEV-15477).
    ///
    /// Said only if the session's `last_gtid` moved with that command, and only in an answer that is one OK. A client's
    /// statement may switch it off, by `session_track_system_variables`. So nothing said means nothing: ask.
    Optional<Tracked> tracked();

    /// The session at the end of a command.
    ///
    /// @param lastGtid as `@@last_gtid`: the last transaction it has written
    /// @param inTransaction as `@@in_transaction`
    record Tracked(String lastGtid, boolean inTransaction) {}

    /// Whether an answer since the last reset said that more has changed in the session than what it has written: a variable
    /// in `session_track_system_variables` (`foreign_key_checks` is told of as `autocommit`, which is in the same word), and
    /// with `session_track_state_change` all others, user variables and temporary tables. To be asked when the last answer
    /// was read to its end.
    boolean changed();

    /// Makes the session as good as new (COM_RESET_CONNECTION) without waiting for the server: it does this
    /// before anything that is sent later. Its answer is read with the next one. If that is no success, the connection is
    /// cut, and the next command fails as if the server were lost.
    ///
    /// @param then a statement that is run after the reset, in the same way; empty for none
    void sendReset(String then) throws SQLException;
}
