package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.verify.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/// This node's place in the fleet, as the doors see it. Thread-safe.
public interface Replica {
    NodeId self();

    /// Every member of the fleet, reachable or not, by node id; this node is one of them.
    List<Member> members();

    /// What is true of this node at this moment, for `/status`, metrics and health; never blocks.
    Standing standing();

    /// Who leads, waiting for a leader whose doors are open until the deadline. A leader elsewhere is what this node
    /// believes: that node may answer that it does not lead (any more, or yet).
    ///
    /// @throws io.flotilla.failure.FlotillaException `Unavailable` when nobody leads within the deadline
    Leader awaitLeader(Deadline deadline) throws InterruptedException;

    /// The reign this node leads now, with open doors; empty on any other node. Never blocks.
    Optional<Reign> reign();

    /// Waits until this node's server shows every write that was acknowledged anywhere before this call (I9): quorum
    /// read index, then the position of the local server (follower) or its visible watermark (leader).
    ///
    /// @return that server: read from this object and no later one
    /// @throws io.flotilla.failure.FlotillaException `Unavailable` when no quorum answers or the server does not get
    ///     there within the deadline
    DataSource awaitLinearizable(Deadline deadline) throws InterruptedException;

    /// Waits until this node's server shows a transaction that a client has been told of.
    ///
    /// @return that server: read from this object and no later one
    /// @throws io.flotilla.failure.FlotillaException `Stale` when it does not get there within the deadline, or there is
    ///     no such transaction
    DataSource awaitShown(Gtid gtid, Deadline deadline) throws InterruptedException;

    /// The local server for clients' statements under the restricted account; empty while it may serve nothing (it is
    /// not proved, not running, being rebuilt). A new object for each start of the server: whoever keeps a pool makes a
    /// new one when this changes. Connections end when the server is killed at the end of a reign.
    Optional<DataSource> server();

    /// Gives the lead to another node in order, without an error for clients that wait.
    ///
    /// @param successor the most advanced follower when empty
    /// @return completes when this node no longer leads; fails with the reason when it still does, or never did
    CompletableFuture<Void> handOver(Optional<NodeId> successor);

    /// Compares all servers of the fleet at one position, in the background (docs/adr/0016-servers-are-compared-at-one-position.md); a node that a majority
    /// agrees against is then rebuilt by itself.
    ///
    /// @param database only what lies in it; everything when empty
    /// @return what was found; fails with a [io.flotilla.failure.FlotillaException] when this node does not lead or the
    ///     comparison came to nothing
    CompletableFuture<Report> verify(Optional<String> database);

    /// The local server for sessions of MySQL clients that only read: while it follows. Never blocks.
    Optional<Reading> reading();

    /// Has `listener` called whenever a reign or a [Reading] began or ended, or another leader is known: on the thread
    /// that changed it, which must not be held up. Also without a reason.
    void onChange(Runnable listener);

    /// A following server while it may be read: it is a prefix of the log (I3), and read-only.
    interface Reading {
        /// Its unix socket.
        Path socket();

        /// Whether it must not be used any more: the server was stopped, or begins to lead.
        boolean over();

        /// How long it has been behind; much, as long as this node cannot know it.
        Duration lag();
    }

    /// Who leads.
    sealed interface Leader {
        /// This node; the reign may end at any moment.
        record Here(Reign reign) implements Leader {}

        record Elsewhere(Member member) implements Leader {}
    }
}
