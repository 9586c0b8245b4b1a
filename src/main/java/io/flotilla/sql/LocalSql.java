package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// Clients' statements on this node's server, under the restricted account. Thread-safe.
///
/// It never goes elsewhere and never sends a statement twice.
public final class LocalSql implements AutoCloseable {
    private final Replica replica;
    private final Pools pools;
    private final Writer writer;
    private final Reader reader;

    public LocalSql(Replica replica, SqlConfig config) {
        this.replica = replica;
        this.pools = new Pools(config);
        this.writer = new Writer(replica, config);
        this.reader = new Reader(config);
    }

    /// Runs a write in a reign of this node, and answers when Raft has committed it.
    ///
    /// @throws FlotillaException not applied: `Rejected`, `NotFound`, `Forbidden`, `Conflict` by the server, `Overloaded`
    ///     when no session was free; or `Unknown`
    public Attempt write(Reign reign, Write write, Deadline deadline) throws InterruptedException {
        Reign.Pass pass;
        try {
            pass = reign.enter(deadline);
        } catch (FlotillaException e) {
            if (deadline.over() || e.failure() != Failure.UNAVAILABLE) {
                throw e;
            }
            return new Attempt.NotHere(e.message());
        }
        Optional<DataSource> server = replica.server();
        if (server.isEmpty()) {
            pass.close();
            return new Attempt.NotHere("the leader's server does not serve");
        }
        return writer.write(reign, pass, pools.writers(reign, server.get()), write, deadline);
    }

    /// Copies a result into `sink`, as this node's server has it now.
    ///
    /// @return false when this node's server does not serve; nothing was given to the sink
    /// @throws FlotillaException when the query fails; rows may have been given to the sink before
    /// @throws IOException what the sink threw
    public boolean read(Query query, Deadline deadline, RowSink sink)
            throws IOException, InterruptedException {
        Optional<DataSource> server = replica.server();
        return server.isPresent() && read(server.get(), query, deadline, sink);
    }

    /// The same from one start of the server and no later one: what is known of its position is not known of the next.
    public boolean read(DataSource server, Query query, Deadline deadline, RowSink sink)
            throws IOException, InterruptedException {
        return reader.read(pools.readers(server), query, deadline, sink);
    }

    /// For `/status` and metrics.
    public List<PoolUse> use() {
        return pools.use();
    }

    /// Ends idle sessions now, and those in use when their statements have ended.
    @Override
    public void close() {
        pools.close();
    }
}
