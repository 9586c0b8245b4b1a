package io.flotilla.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// This node's server while it follows, as a [VerifyDoor] needs it. Thread-safe.
public interface FollowingServer {
    /// Keeps new transactions from the server.
    ///
    /// @throws VerifyException if this node's server does not follow now
    Held hold() throws VerifyException;

    /// The rows of this node's server are not those of the others: it is to be taken out of service and rebuilt.
    ///
    /// @param reason the end of a sentence: "its server ..."
    void differs(String reason);

    /// Closed, it follows again.
    interface Held extends AutoCloseable {
        /// The last transaction that the server has or is being given.
        long begun();

        /// Lets the server go on exactly to a transaction not before [#begun].
        ///
        /// @return false when it was not there within the time
        boolean goOnTo(long seq, Duration patience) throws InterruptedException;

        /// A session with all rights, of which nothing is logged.
        Connection connect() throws SQLException;

        @Override
        void close();
    }
}
