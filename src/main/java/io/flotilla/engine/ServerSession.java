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

    /// Makes the session as good as new, as [Connection#endRequest] does, without waiting for the server: it does this
    /// before anything that is sent later. Its answer is read with the next one. If that is no success, the connection is
    /// cut, and the next command fails as if the server were lost.
    ///
    /// @param then a statement that is run after the reset, in the same way; empty for none
    void sendReset(String then) throws SQLException;
}
