package io.flotilla.sql;

import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Waits for the first rows of a query, and not longer than its request does.
final class Opening {
    private static final Executor THREADS = work -> Thread.ofVirtual().name("sql-read").start(work);

    private final SessionPool pool;
    private final Session session;
    private final CompletableFuture<Cursor> opening = new CompletableFuture<>();

    private Opening(SessionPool pool, Session session) {
        this.pool = pool;
        this.session = session;
    }

    /// @throws SQLException as the server or the driver says; the session is still the caller's
    /// @throws AbandonedException when the deadline was over first; the session is not the caller's any more
    static Cursor open(
            SessionPool pool, Session session, Query query, SqlConfig config, Deadline deadline)
            throws SQLException, AbandonedException {
        if (deadline.asker().canBeTold()) {
            return here(pool, session, query, config, deadline);
        }
        Opening opening = new Opening(pool, session);
        THREADS.execute(() -> opening.run(query, config));
        try (Asker.Ending _ = deadline.asker().whenGone(opening::leave)) {
            return opening.await(deadline);
        }
    }

    /// Waits on this thread, which spares two changes of threads; who waits is told by another one when its time is over, which
    /// then ends the query.
    private static Cursor here(
            SessionPool pool, Session session, Query query, SqlConfig config, Deadline deadline)
            throws SQLException, AbandonedException {
        Runnable end = () -> pool.abandon(session);
        Asker asker = deadline.asker();
        Asker.Ending gone = asker.whenGone(end);
        Asker.Ending overdue =
                asker.whenOverdue(deadline.nanoTime(), AbandonedException::late, end);
        try {
            Cursor cursor = Cursor.open(session, query, config);
            giveBackIfAbandoned(pool, session, gone, overdue);
            return cursor;
        } catch (SQLException e) {
            giveBackIfAbandoned(pool, session, gone, overdue);
            throw e;
        } finally {
            gone.close();
            overdue.close();
        }
    }

    private static void giveBackIfAbandoned(
            SessionPool pool, Session session, Asker.Ending gone, Asker.Ending overdue)
            throws AbandonedException {
        gone.close();
        overdue.close();
        Exception cause;
        if (overdue.ran()) {
            cause = new TimeoutException("the deadline was over");
        } else if (gone.ran()) {
            cause = new CancellationException("the client is gone");
        } else if (Thread.currentThread().isInterrupted()) {
            cause = new InterruptedException("this node is stopping");
        } else {
            return;
        }
        pool.giveBack(session, false);
        throw new AbandonedException(cause);
    }

    /// Nobody waits for a query any more.
    static final class AbandonedException extends Exception {
        private static final long serialVersionUID = 1L;

        AbandonedException(Throwable cause) {
            super(cause);
        }

        /// What the request is told.
        FlotillaException failure() {
            if (getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                return new FlotillaException(
                        Failure.UNAVAILABLE, "this node is stopping", getCause());
            }
            if (getCause() instanceof CancellationException) {
                return new FlotillaException(
                        Failure.UNAVAILABLE, "nobody waits for the answer any more", getCause());
            }
            return late(getCause());
        }

        static FlotillaException late() {
            return late(null);
        }

        private static FlotillaException late(@Nullable Throwable cause) {
            return new FlotillaException(
                            Failure.REJECTED,
                            "the query had no row within the request's deadline",
                            cause)
                    .withStatus(503);
        }
    }

    /// A session whose query was abandoned is not used again: a KILL may be on its way to it.
    private void run(Query query, SqlConfig config) {
        boolean waitedFor;
        try {
            waitedFor = opening.complete(Cursor.open(session, query, config));
        } catch (Throwable e) {
            waitedFor = opening.completeExceptionally(e);
        }
        if (!waitedFor) {
            pool.giveBack(session, false);
        }
    }

    /// The client is gone.
    private void leave() {
        opening.completeExceptionally(
                new AbandonedException(new CancellationException("the client is gone")));
    }

    /// The query of an abandoned one would go on, and hold its session, for nobody. While it runs, its server runs, and so
    /// its number still names it.
    private Cursor await(Deadline deadline) throws SQLException, AbandonedException {
        try {
            return opening.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            if (e.getCause() instanceof AbandonedException left) {
                THREADS.execute(() -> pool.abandon(session));
                throw left;
            }
            pool.giveBack(session, false);
            throw new IllegalStateException("a query failed in an unexpected way", e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            AbandonedException abandoned = new AbandonedException(e);
            if (opening.completeExceptionally(abandoned)) {
                THREADS.execute(() -> pool.abandon(session));
            } else {
                pool.giveBack(session, false);
            }
            throw abandoned;
        }
    }
}
