package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import java.nio.file.Path;
import javax.sql.DataSource;

/// The time this node leads, from the opening of its doors to their closing. Thread-safe.
///
/// A write goes: [#enter], run the statement on [Replica#server], [#awaitCommitted] with the session's own
/// `last_gtid`, answer, close the pass.
public interface Reign {
    /// The Raft term; the server id of every GTID written in it.
    long term();

    boolean ended();

    /// Admits one piece of work; waits while a planned handover holds new work back.
    ///
    /// @throws io.flotilla.failure.FlotillaException `Unavailable` if the reign ends first (nothing was executed: the
    ///     caller may go to the next leader within its deadline), or the deadline is over;
    ///     `Overloaded`, with the reason, while this leader has no room on its disk
    Pass enter(Deadline deadline) throws InterruptedException;

    /// Waits until Raft has committed the transaction in this reign (I1, I8). Usually already true when the server has
    /// answered; not so after a hard KILL of the waiting session, when the server answers OK without asking anybody.
    ///
    /// @throws io.flotilla.failure.FlotillaException `Unknown` if the reign ends or the deadline is over before it is
    ///     known
    void awaitCommitted(Gtid gtid, Deadline deadline) throws InterruptedException;

    /// Sessions of this reign for the fleet's own tables, in the database `flotilla`, which no client can reach; what they
    /// write goes the way of all writes. Used inside a pass.
    DataSource keeper();

    /// Sessions of this reign that make clients' accounts and give them their rights; what they do goes the way of all
    /// writes. Used inside a pass.
    DataSource registrar();

    /// Whether the log holds a definition (anything that is no plain row work) behind position `seq`.
    boolean definedSince(long seq);

    /// The unix socket of the server that leads, for sessions of MySQL clients; to be used only while the reign lasts.
    Path socket();

    /// Whether new work is held back ([#enter] would wait). Never blocks.
    boolean held();

    /// Begins a MySQL client's session. Never blocks.
    ///
    /// @return to be closed when the connection has ended
    Conversation converse();

    /// How long the oldest part of a transaction that the tap has read waits to be committed, in nanoseconds; 0 when
    /// none does. Never blocks.
    long uncommittedNanos();

    /// Work under way: a handover waits for it (bounded).
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /// The session of a MySQL client: a handover waits for it (bounded) while the client goes on with the transaction it is
    /// in, and lets nothing else pass. For one thread at a time; its methods never block.
    interface Conversation extends AutoCloseable {
        /// The client wants to say something.
        ///
        /// @return whether that may be passed on now
        boolean ask();

        /// What it said, if anything, asks for no answer.
        void nothing();

        /// The server has answered.
        ///
        /// @param inTransaction whether the session is in a transaction since
        void answered(boolean inTransaction);

        @Override
        void close();
    }
}
