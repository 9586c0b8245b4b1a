package io.flotilla.sql;

import io.flotilla.replication.Reign;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// The session pools that are right for now. Thread-safe.
///
/// Readers belong to one start of the server. Writers belong to one reign as well: a session keeps the server id of the
/// moment it was opened, and a transaction written under another id than the reign's term would break the chain (docs/design.md,
/// section 2, "Server ids are reigns").
final class Pools {
    /// Sessions for the fleet's own tables: short statements, but each waits for its commit.
    private static final int KEEPERS = 8;

    /// Sessions in which it is looked who a client is: they hold up neither reads nor writes, and are not held up by them.
    private static final int CHECKERS = 4;

    private final SqlConfig config;
    private final Logins logins;
    private @Nullable SessionPool readers;
    private @Nullable SessionPool checkers;
    private @Nullable SessionPool writers;
    private @Nullable SessionPool keepers;
    private @Nullable KeptAnswers answers;
    private long answersTerm;
    private long term;
    private boolean closed;

    Pools(SqlConfig config, Logins logins) {
        this.config = config;
        this.logins = logins;
    }

    synchronized SessionPool readers(DataSource server) {
        SessionPool current = readers;
        if (current == null || !isOf(current, server)) {
            end(current);
            current = open("readers", server, reading(), config.maxReaders());
            readers = current;
        }
        return current;
    }

    synchronized SessionPool checkers(DataSource server) {
        SessionPool current = checkers;
        if (current == null || !isOf(current, server)) {
            end(current);
            current = open("checkers", server, reading(), CHECKERS);
            checkers = current;
        }
        return current;
    }

    synchronized SessionPool writers(Reign of, DataSource server) {
        SessionPool current = writers;
        if (current == null || term != of.term() || !isOf(current, server)) {
            end(current);
            current = open("writers", server, Pins.writing(), config.maxWriters());
            writers = current;
            term = of.term();
        }
        return current;
    }

    /// The kept answers as a reign sees them.
    synchronized KeptAnswers answers(Reign of) {
        KeptAnswers current = answers;
        if (current == null || answersTerm != of.term() || !isOf(keepers, of.keeper())) {
            end(keepers);
            SessionPool fresh = open("keepers", of.keeper(), Pins.keeping(), KEEPERS);
            current = new KeptAnswers(fresh, config.keys());
            keepers = fresh;
            answers = current;
            answersTerm = of.term();
        }
        return current;
    }

    /// Sessions for the fleet's own tables in a reign.
    synchronized SessionPool keepers(Reign of) {
        answers(of);
        return Objects.requireNonNull(keepers);
    }

    /// A new start of the server is a new object ([io.flotilla.replication.Replica#server]), whatever equals says.
    @SuppressWarnings("ReferenceEquality")
    private static boolean isOf(@Nullable SessionPool pool, DataSource server) {
        return pool != null && pool.server() == server;
    }

    private Pins reading() {
        return Pins.reading(config.maxStream());
    }

    private SessionPool open(String name, DataSource server, Pins pins, int limit) {
        SessionPool pool = new SessionPool(name, server, pins, limit, config.maxIdle(), logins);
        if (closed) {
            pool.close();
        }
        return pool;
    }

    private static void end(@Nullable SessionPool pool) {
        if (pool != null) {
            pool.close();
        }
    }

    synchronized List<PoolUse> use() {
        List<PoolUse> use = new ArrayList<>();
        if (writers != null) {
            use.add(writers.use());
        }
        if (readers != null) {
            use.add(readers.use());
        }
        return use;
    }

    synchronized void close() {
        closed = true;
        end(readers);
        end(writers);
        end(keepers);
        end(checkers);
    }
}
