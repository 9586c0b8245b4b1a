package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs writes and finds out what became of them (I8). The measure is the session's own `last_gtid`, read before and
/// after: what the session wrote, whatever the server answered.
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    private static final Executor THREADS =
            work -> Thread.ofVirtual().name("sql-write").start(work);

    private final Replica replica;
    private final SqlConfig config;

    Writer(Replica replica, SqlConfig config) {
        this.replica = replica;
        this.config = config;
    }

    /// Something that is run in a session to its end.
    interface Run<T> extends AutoCloseable {
        T run() throws InterruptedException;

        /// What the session was used for; asked afterwards.
        SessionPool.Use use();

        /// Whether what it does now may be ended in the middle when nobody waits for it; half a `DROP DATABASE` is worse
        /// than one for nobody. Asked while it runs, by another thread.
        boolean interruptible();

        /// Whether what it does now is to be ended at its deadline ([TimeLimit#byNode]). Asked in the same way.
        boolean limited();

        /// It has ended, however, or was never begun.
        @Override
        default void close() {}
    }

    /// Makes a run out of what confirms it.
    interface Runs<T> {
        Run<T> in(Confirmation confirmation);
    }

    /// The pass is closed when the statement has ended, which may be after this has returned: a statement that waits
    /// for a majority cannot be interrupted, so at the deadline the caller gets `Unknown` and the session stays where it
    /// is.
    ///
    /// @param need of a session it is run in
    /// @return empty when the server takes no new session
    <T> Optional<T> write(
            Reign reign,
            Reign.Pass pass,
            SessionPool pool,
            SessionPool.Need need,
            Deadline deadline,
            Runs<T> runs)
            throws InterruptedException {
        Session session;
        boolean borrowed = false;
        try {
            session = borrow(pool, need, deadline);
            borrowed = true;
        } catch (SQLException e) {
            LOG.debug("no session for a write", e);
            return Optional.empty();
        } finally {
            if (!borrowed) {
                pass.close();
            }
        }
        if (deadline.asker().canBeTold()) {
            TimeLimit limit = TimeLimit.byNode(deadline);
            return Optional.of(
                    here(runs, new Confirmation(replica, reign, session, limit), pool, pass));
        }
        TimeLimit limit = TimeLimit.byServer(deadline);
        Confirmation confirmation = new Confirmation(replica, reign, session, limit);
        return Optional.of(
                await(
                        begin(runs, confirmation, pool, pass, THREADS),
                        deadline.left().plus(config.answerGrace())));
    }

    /// Runs it on this thread, which spares two changes of threads; who waits is told by another one when its time is over.
    private <T> T here(Runs<T> runs, Confirmation confirmation, SessionPool pool, Reign.Pass pass) {
        Deadline deadline = confirmation.deadline();
        Asker.Ending overdue =
                deadline.asker()
                        .whenOverdue(
                                deadline.nanoTime() + config.answerGrace().toNanos(),
                                () -> late(null),
                                () -> {});
        CompletableFuture<T> attempt;
        try {
            attempt = begin(runs, confirmation, pool, pass, Runnable::run);
        } finally {
            overdue.close();
        }
        if (overdue.ran()) {
            throw late(null);
        }
        return await(attempt, Duration.ZERO);
    }

    /// INVARIANT: session and pass come back however it ends; a pass that is left holds up each handover of the reign, and a
    /// session is one less for as long as the server runs.
    private static <T> CompletableFuture<T> begin(
            Runs<T> runs,
            Confirmation confirmation,
            SessionPool pool,
            Reign.Pass pass,
            Executor threads) {
        CompletableFuture<T> attempt = new CompletableFuture<>();
        boolean begun = false;
        try {
            Run<T> run = runs.in(confirmation);
            try {
                threads.execute(() -> carryOut(run, attempt, confirmation, pool, pass));
                begun = true;
            } finally {
                if (!begun) {
                    run.close();
                }
            }
        } finally {
            if (!begun) {
                try (pass) {
                    pool.giveBack(confirmation.session(), SessionPool.Use.SPOILT);
                }
            }
        }
        return attempt;
    }

    private static <T> void carryOut(
            Run<T> run,
            CompletableFuture<T> attempt,
            Confirmation confirmation,
            SessionPool pool,
            Reign.Pass pass) {
        Session session = confirmation.session();
        SessionPool.Use use = SessionPool.Use.SPOILT;
        Runnable answer = () -> {};
        try (pass;
                run) {
            try {
                Endings endings = endings(run, pool, confirmation);
                try {
                    T done = run.run();
                    answer = () -> attempt.complete(done);
                } finally {
                    use = endings.closed() ? SessionPool.Use.SPOILT : run.use();
                }
            } catch (Throwable e) {
                answer = () -> attempt.completeExceptionally(e);
            } finally {
                // Before the client hears of it, so that its next request finds the session clean.
                try {
                    pool.giveBack(session, use);
                } finally {
                    answer.run();
                }
            }
        }
    }

    /// By whom a run may be ended before it has ended by itself: when the client is gone, and at the deadline if it is not the
    /// server that does so. A statement that waits for its commit goes on in any case.
    private static Endings endings(Run<?> run, SessionPool pool, Confirmation confirmation) {
        Session session = confirmation.session();
        Deadline deadline = confirmation.deadline();
        Asker asker = deadline.asker();
        Asker.Ending gone =
                asker.whenGone(() -> {
                    if (run.interruptible()) {
                        pool.abandon(session);
                    }
                });
        Asker.@Nullable Ending late =
                confirmation.limit().byServer()
                        ? null
                        : asker.endAt(
                                deadline.nanoTime(),
                                () -> {
                                    if (run.limited()) {
                                        pool.abandon(session);
                                    }
                                });
        return new Endings(gone, late);
    }

    private record Endings(Asker.Ending gone, Asker.@Nullable Ending late) {
        /// Closes them, and says whether one ran.
        boolean closed() {
            gone.close();
            if (late == null) {
                return gone.ran();
            }
            late.close();
            return gone.ran() || late.ran();
        }
    }

    /// A session that has just answered: an idle one may have been ended by the server without a word, and a statement
    /// sent into it would be `Unknown` for nothing.
    private Session borrow(SessionPool pool, SessionPool.Need need, Deadline deadline)
            throws SQLException, InterruptedException {
        while (true) {
            Session session = pool.borrow(need, deadline);
            boolean fresh = false;
            try {
                session.freshen(config.trustIdle());
                fresh = true;
                return session;
            } catch (SQLException e) {
                if (deadline.over()) {
                    throw e;
                }
                LOG.debug("a writer's session was stale", e);
            } finally {
                if (!fresh) {
                    pool.giveBack(session, false);
                }
            }
        }
    }

    /// Runs something to its end on a thread of its own, and waits for it as long as the request's time lasts.
    ///
    /// @throws FlotillaException what it throws; `Unknown` when the time was over first
    static <T> T supervise(Duration patience, Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        THREADS.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return await(result, patience);
    }

    private static <T> T await(CompletableFuture<T> attempt, Duration patience) {
        try {
            return attempt.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FlotillaException failure) {
                throw failure;
            }
            if (e.getCause() instanceof InterruptedException stopping) {
                throw stopping(stopping);
            }
            throw new FlotillaException(
                    Failure.UNKNOWN,
                    "the write failed in an unexpected way: " + e.getCause(),
                    e.getCause());
        } catch (InterruptedException e) {
            throw stopping(e);
        } catch (TimeoutException e) {
            throw late(e);
        }
    }

    private static FlotillaException stopping(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new FlotillaException(
                Failure.UNKNOWN,
                "this node is stopping and does not wait for its server's answer",
                cause);
    }

    private static FlotillaException late(@Nullable Throwable cause) {
        return new FlotillaException(
                Failure.UNKNOWN,
                "the server had not answered when the request's deadline was over",
                cause);
    }

    /// The text of a position the server gave, which has one domain here.
    static Gtid gtid(String text) {
        try {
            return Gtid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new FlotillaException(
                    Failure.UNKNOWN, "the server's position is unreadable: " + text, e);
        }
    }
}
