package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs queries. The deadline is for the first row; then a result may take as long as `maxStream`.
final class Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

    /// Sessions that may prove stale at their first use before this gives up: each costs one failed round trip.
    private static final int MAX_STALE = 64;

    private static final Executor THREADS = work -> Thread.ofVirtual().name("sql-read").start(work);

    private final SqlConfig config;

    Reader(SqlConfig config) {
        this.config = config;
    }

    boolean read(SessionPool pool, Query query, Deadline deadline, RowSink sink)
            throws IOException, InterruptedException {
        for (int stale = 0; stale < MAX_STALE; stale++) {
            try (Cursor cursor = open(pool, query, deadline)) {
                copy(cursor, sink);
                return true;
            } catch (SQLException e) {
                if (!SqlFailures.sessionLost(e)) {
                    throw SqlFailures.of(e);
                }
                LOG.debug("a reader's session was lost before its first row", e);
                if (deadline.over()) {
                    throw new FlotillaException(
                            Failure.UNAVAILABLE, "this node's server was lost", e);
                }
            } catch (ConnectFailed e) {
                LOG.debug("no new session for a reader", e);
                return false;
            }
        }
        return false;
    }

    private Cursor open(SessionPool pool, Query query, Deadline deadline)
            throws SQLException, ConnectFailed, InterruptedException {
        Session session = borrow(pool, deadline);
        CompletableFuture<Cursor> opening = new CompletableFuture<>();
        THREADS.execute(() -> {
            try {
                Cursor cursor = Cursor.open(pool, session, query, config);
                if (!opening.complete(cursor)) {
                    cursor.close();
                }
            } catch (Throwable e) {
                boolean waitedFor = opening.completeExceptionally(e);
                pool.giveBack(session, waitedFor && reusableAfter(e, query));
            }
        });
        return await(opening, pool, session, deadline);
    }

    /// A session whose query was abandoned is not used again: a KILL may be on its way to it.
    private static boolean reusableAfter(Throwable failure, Query query) {
        return failure instanceof SQLException e
                && SqlFailures.fromServer(e)
                && !query.touchesSession();
    }

    private static Session borrow(SessionPool pool, Deadline deadline)
            throws ConnectFailed, InterruptedException {
        try {
            return pool.borrow(deadline);
        } catch (SQLException e) {
            throw new ConnectFailed(e);
        }
    }

    private static Cursor await(
            CompletableFuture<Cursor> opening, SessionPool pool, Session session, Deadline deadline)
            throws SQLException, InterruptedException {
        try {
            return opening.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw new IllegalStateException("a query failed in an unexpected way", e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            abandon(opening, pool, session);
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new FlotillaException(
                            Failure.REJECTED,
                            "the query had no row within the request's deadline",
                            e)
                    .withStatus(503);
        }
    }

    /// The query would go on, and hold its session, for nobody. While it runs, its server runs, and so its number still
    /// names it.
    private static void abandon(
            CompletableFuture<Cursor> opening, SessionPool pool, Session session) {
        FlotillaException gone =
                new FlotillaException(Failure.UNAVAILABLE, "nobody waits any more");
        if (!opening.completeExceptionally(gone)) {
            opening.thenAccept(Cursor::close);
            return;
        }
        THREADS.execute(() -> {
            try {
                pool.interrupt(session);
            } catch (SQLException e) {
                LOG.info(
                        "a query that nobody waits for could not be interrupted: {}",
                        e.getMessage());
            }
        });
    }

    private void copy(Cursor cursor, RowSink sink) throws IOException {
        Deadline end = Deadline.in(config.maxStream());
        try {
            sink.begin(cursor.columns());
            while (cursor.copyNext(sink)) {
                if (end.over()) {
                    throw new FlotillaException(
                            Failure.REJECTED, "the result took longer than " + config.maxStream());
                }
            }
            sink.end();
        } catch (SQLException e) {
            if (SqlFailures.sessionLost(e)) {
                throw new FlotillaException(
                        Failure.UNAVAILABLE, "the server was lost in the middle of the result", e);
            }
            throw SqlFailures.of(e);
        }
    }

    /// The server takes no new connection: it is going, gone, or not there yet.
    private static final class ConnectFailed extends Exception {
        private static final long serialVersionUID = 1L;

        ConnectFailed(SQLException cause) {
            super(cause);
        }
    }
}
