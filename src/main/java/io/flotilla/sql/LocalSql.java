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
    private static final String NO_SESSION = "the leader's server takes no new work";

    private final Replica replica;
    private final SqlConfig config;
    private final Pools pools;
    private final Writer writer;
    private final Reader reader;

    public LocalSql(Replica replica, SqlConfig config) {
        this.replica = replica;
        this.config = config;
        this.pools = new Pools(config);
        this.writer = new Writer(replica, config);
        this.reader = new Reader(config);
    }

    /// Runs a write in a reign of this node, and answers when Raft has committed it.
    ///
    /// @throws FlotillaException not applied: `Rejected`, `NotFound`, `Forbidden`, `Conflict` by the server, `Overloaded`
    ///     when no session was free; or `Unknown`
    public Attempt write(Reign reign, Write write, Deadline deadline) throws InterruptedException {
        return inReign(reign, "", deadline, confirmation -> new WriteRun(write, confirmation))
                .orElseGet(() -> new Attempt.NotHere(NO_SESSION));
    }

    /// Runs a batch in a reign of this node, and answers when Raft has committed what it wrote.
    ///
    /// @param stopsAtFailure whether the statements after one that failed are not run
    /// @throws FlotillaException not applied: `NotFound`, `Forbidden` of the batch's database, `Overloaded` when no session
    ///     was free; or `Unknown`
    public BatchAttempt write(Reign reign, Batch batch, boolean stopsAtFailure, Deadline deadline)
            throws InterruptedException {
        return inReign(
                        reign,
                        database(batch),
                        deadline,
                        confirmation -> new BatchRun(batch, stopsAtFailure, confirmation, config))
                .orElseGet(() -> new BatchAttempt.NotHere(NO_SESSION));
    }

    private <T> Optional<T> inReign(
            Reign reign, String database, Deadline deadline, Writer.Runs<T> runs)
            throws InterruptedException {
        Reign.Pass pass;
        try {
            pass = reign.enter(deadline);
        } catch (FlotillaException e) {
            if (deadline.over() || e.failure() != Failure.UNAVAILABLE) {
                throw e;
            }
            return Optional.empty();
        }
        Optional<DataSource> server = replica.server();
        if (server.isEmpty()) {
            pass.close();
            return Optional.empty();
        }
        SessionPool pool = pools.writers(reign, server.get());
        return writer.write(reign, pass, pool, database, deadline, runs);
    }

    private static String database(Batch batch) {
        return batch.database().map(Name::text).orElse("");
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
        return reader.read(
                pools.readers(server), "", List.of(query), false, deadline, new OneAnswer(sink));
    }

    /// Answers a batch that only reads, from one start of the server, in one session that cannot write.
    ///
    /// @return false when that server does not serve; nothing was given to the sink
    /// @throws FlotillaException when it cannot go on; answers may have been given to the sink before
    /// @throws IOException what the sink threw
    public boolean read(DataSource server, Batch batch, Deadline deadline, AnswerSink sink)
            throws IOException, InterruptedException {
        List<Query> queries = batch.statements().stream().map(Query::of).toList();
        return reader.read(
                pools.readers(server),
                database(batch),
                queries,
                batch.transaction(),
                deadline,
                sink);
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

    /// The one answer is all there is: a failure is the request's.
    private record OneAnswer(RowSink rows) implements AnswerSink {
        @Override
        public void failed(FlotillaException failure) {
            throw failure;
        }
    }
}
