package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.sql.SQLException;
import java.util.Optional;

/// Makes sure of what a session of a reign has seen the server do, before a client is told (I8).
///
/// @param limit what the statements run in it are given
record Confirmation(Replica replica, Reign reign, Session session, TimeLimit limit) {
    Deadline deadline() {
        return limit.deadline();
    }

    /// Waits until Raft has committed a transaction that the session wrote, and with it all before it.
    ///
    /// @throws FlotillaException `Unknown`
    void written(Gtid gtid) throws InterruptedException {
        reign.awaitCommitted(gtid, deadline());
    }

    /// "No row matched" and "it exists already" are statements about the data, and may rest on what another session has
    /// written and Raft has not committed yet, or be out of date on a leader that was deposed.
    ///
    /// @return a position as of which they are true; empty when this node does not lead any more
    /// @throws FlotillaException `Unavailable` when the deadline was over before it was known
    Optional<Gtid> nothingToDo() throws InterruptedException, SQLException {
        Gtid position = Writer.gtid(session.binlogPosition());
        try {
            if (position.seq() > 0) {
                reign.awaitCommitted(position, deadline());
            }
            replica.awaitLinearizable(deadline());
        } catch (FlotillaException e) {
            if (deadline().over()) {
                throw new FlotillaException(Failure.UNAVAILABLE, e.message(), e);
            }
            return Optional.empty();
        }
        return Optional.of(position.seq() > 0 ? position : replica.standing().committed());
    }
}
