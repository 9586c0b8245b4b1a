package io.flotilla.engine;

import java.net.InetAddress;
import java.sql.Connection;
import java.sql.SQLException;

/// Sessions of clients' own accounts at one start of the server. Thread-safe.
///
/// A [javax.sql.DataSource] of ours gives itself as one (`unwrap`). The server checks who it is: each session begins with
/// a PROXY header, so that it takes the client's address for its own, but the connection stays one of `localhost` as well
/// (seen on 11.4.5): an account of `localhost` may come from anywhere. So may our internal ones: whoever opens sessions
/// here for others refuses their names.
public interface ClientSessions {
    /// Logs in.
    ///
    /// @param from the client's address
    /// @throws SQLException with the server's error number if it refuses (1045, and others)
    Connection open(String user, String password, InetAddress from) throws SQLException;

    /// A session of ours that reads the fleet's own tables, on a follower too.
    Connection keeper() throws SQLException;
}
