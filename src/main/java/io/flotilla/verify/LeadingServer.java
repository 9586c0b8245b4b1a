package io.flotilla.verify;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import java.sql.Connection;
import java.sql.SQLException;

/// This node's server while it leads, as a [Verification] needs it; one reign long. Thread-safe.
public interface LeadingServer {
    /// A session with all rights, of which nothing is logged.
    Connection connect() throws SQLException;

    /// Waits until the server shows a transaction.
    boolean shows(long seq, Deadline deadline) throws InterruptedException;

    /// Waits until the log has committed everything up to a transaction.
    boolean committed(long seq, Deadline deadline) throws InterruptedException;

    /// The last transaction before this reign.
    Gtid before();

    /// Whether the log holds a definition, or anything else that is no plain row work, behind that transaction.
    boolean definedSince(long seq);

    boolean ended();
}
