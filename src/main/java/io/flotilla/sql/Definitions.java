package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Statements of ours that make accounts and give rights: written as clients' writes are, under the account that may do
/// this. Thread-safe.
public final class Definitions implements AutoCloseable {
    /// They are rare; and each waits for its commit.
    private static final int SESSIONS = 2;

    private final SqlConfig config;
    private final Writer writer;
    private @Nullable SessionPool registrars;
    private long term;
    private boolean closed;

    public Definitions(Replica replica, SqlConfig config) {
        this.config = config;
        this.writer = new Writer(replica, config);
    }

    /// Runs a statement in a reign of this node, and answers when Raft has committed it.
    ///
    /// @param sql one statement; it may hold a password's hash, so it is never logged
    /// @throws FlotillaException not applied: as the server says, `Overloaded` when no session was free; or `Unknown`
    public Attempt define(Reign reign, String sql, Deadline deadline) throws InterruptedException {
        Optional<Reign.Pass> pass = LocalSql.enter(reign, deadline);
        if (pass.isEmpty()) {
            return new Attempt.NotHere("the reign ended");
        }
        return writer.<Attempt>write(
                        reign,
                        pass.get(),
                        pool(reign),
                        SessionPool.Need.OF_NODE,
                        deadline,
                        confirmation -> new WriteRun(Write.definition(sql), confirmation))
                .orElseGet(() -> new Attempt.NotHere("the leader's server takes no new work"));
    }

    /// A session keeps the server id of the moment it was opened: each reign has its own.
    @SuppressWarnings("ReferenceEquality")
    private synchronized SessionPool pool(Reign reign) {
        DataSource server = reign.registrar();
        SessionPool current = registrars;
        if (current == null || term != reign.term() || current.server() != server) {
            close(current);
            current =
                    new SessionPool(
                            "registrars",
                            server,
                            Pins.keeping(),
                            SESSIONS,
                            config.maxIdle(),
                            new Logins(config.logins()));
            if (closed) {
                current.close();
            }
            registrars = current;
            term = reign.term();
        }
        return current;
    }

    private static void close(@Nullable SessionPool pool) {
        if (pool != null) {
            pool.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        close(registrars);
    }
}
