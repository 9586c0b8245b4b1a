package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Asker;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.sql.Execution.TooManyRowsException;
import io.flotilla.sql.RawStatement.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A transaction that a client keeps open over several requests, in a session of its own, inside one reign. One request
/// at a time uses it ([#enter]); when it is over, for whatever reason, its session is reset, which undoes what was not
/// committed.
final class OpenTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(OpenTransaction.class);

    static final String COMMITTED = "it was committed";
    static final String UNCERTAIN = "its commit was not certain";

    private final SessionPool pool;
    private final Session session;
    private final String account;
    private final Reign.Pass pass;
    private final Consumer<String> ended;
    private final Execution execution;
    private final String before;
    private final Semaphore turn = new Semaphore(1);
    private final long began = System.nanoTime();
    private volatile long used = began;
    private volatile String over = "";

    /// @param session with a transaction open
    /// @param account whose it is
    /// @param pass of the reign; closed with the transaction
    /// @param ended told why, once, when it is over
    OpenTransaction(
            SessionPool pool,
            Session session,
            String account,
            Reign.Pass pass,
            SqlConfig config,
            Consumer<String> ended) {
        this.pool = pool;
        this.session = session;
        this.account = account;
        this.pass = pass;
        this.ended = ended;
        this.execution = new Execution(session, config);
        this.before = session.knownGtid();
    }

    String account() {
        return account;
    }

    Session session() {
        return session;
    }

    /// Takes the right to use it.
    ///
    /// @throws FlotillaException `Conflict` if another request has it; `TxLost` if it is over
    void enter() {
        if (!turn.tryAcquire()) {
            throw new FlotillaException(
                    Failure.CONFLICT, "another request of this transaction is under way");
        }
        if (!over.isEmpty()) {
            turn.release();
            throw lost(over);
        }
    }

    void leave() {
        used = System.nanoTime();
        turn.release();
    }

    static FlotillaException lost(String why) {
        return new FlotillaException(Failure.TX_LOST, "the transaction is over: " + why);
    }

    /// How long until it must be ended; zero or less when it must.
    Duration left(TxLimits limits) {
        long now = System.nanoTime();
        long idle = used + limits.idle().toNanos() - now;
        long longest = began + limits.longest().toNanos() - now;
        return Duration.ofNanos(Math.min(idle, longest));
    }

    /// Ends it if nobody uses it.
    boolean endIfUnused(String why) {
        if (!turn.tryAcquire()) {
            return false;
        }
        end(why);
        turn.release();
        return true;
    }

    /// Ends it; called by whoever has the turn. What was not committed is undone.
    void end(String why) {
        if (over.isEmpty()) {
            over = why;
            try (pass) {
                try {
                    pool.giveBack(session, SessionPool.Use.DOUBTFUL);
                } finally {
                    ended.accept(why);
                }
            }
        }
    }

    String over() {
        return over;
    }

    /// Runs statements; one that fails by itself is undone and leaves the others as they are. A deadlock or a lost lock
    /// race undoes all and ends the transaction.
    ///
    /// @throws FlotillaException `TxLost` if it was lost meanwhile; `Rejected` if a statement ended it
    List<StatementResult> run(Batch batch, boolean stopsAtFailure, TimeLimit limit) {
        List<StatementResult> results = new ArrayList<>();
        for (RawStatement statement : batch.statements()) {
            StatementResult result = run(statement, limit);
            results.add(result);
            if (limit.deadline().asker().gone()) {
                end("its client was gone in the middle of a request");
            }
            boolean failed = result instanceof StatementResult.Failed;
            if (!over.isEmpty() || (failed && stopsAtFailure)) {
                break;
            }
        }
        return results;
    }

    private StatementResult run(RawStatement statement, TimeLimit limit) {
        long nanoTime = System.nanoTime();
        try (Asker.Ending _ = limit.deadline().asker().whenGone(() -> pool.abandon(session))) {
            if (statement.kind() == Kind.DEFINITION) {
                throw new FlotillaException(
                        Failure.BAD_REQUEST,
                        "a transaction cannot undo this, and so cannot hold it");
            }
            StatementResult result = execution.run(statement, limit);
            if (statement.kind() == Kind.ANYTHING) {
                requireOpen();
            }
            return result;
        } catch (FlotillaException e) {
            return new StatementResult.Failed(e, since(nanoTime));
        } catch (TooManyRowsException e) {
            return new StatementResult.Failed(e.failure(), since(nanoTime));
        } catch (SQLException e) {
            if (!SqlFailures.fromServer(e) && !SqlFailures.fromDriver(e)) {
                LOG.debug("a transaction's session was lost", e);
                end("its server was lost");
                throw lost(over);
            }
            FlotillaException failure = SqlFailures.of(e);
            if (failure.failure() == Failure.CONFLICT) {
                end("it lost to another transaction: " + failure.message());
            }
            return new StatementResult.Failed(failure, since(nanoTime));
        }
    }

    private void requireOpen() throws SQLException {
        Session.State now = session.state();
        if (!now.gtid().equals(before)) {
            end("a statement committed it");
            throw new FlotillaException(
                            Failure.REJECTED, "the statement committed the transaction it was in")
                    .partial();
        }
        if (!now.inTransaction()) {
            end("a statement rolled it back");
            throw new FlotillaException(
                    Failure.REJECTED, "the statement rolled back the transaction it was in");
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /// Commits and ends it.
    ///
    /// @param lastWord a statement of ours to be committed with it; empty for none
    /// @return a position as of which it is committed
    Gtid commit(String lastWord, Confirmation confirmation) throws InterruptedException {
        try {
            if (!lastWord.isEmpty()) {
                session.execute(lastWord);
            }
        } catch (SQLException e) {
            end("the answer could not be kept: " + e.getMessage());
            throw lost(over);
        }
        try {
            session.execute("COMMIT");
            Session.State now = session.state();
            if (!now.gtid().equals(before)) {
                Gtid gtid = Writer.gtid(now.gtid());
                confirmation.written(gtid);
                end(COMMITTED);
                return gtid;
            }
            Gtid asOf =
                    confirmation
                            .nothingToDo()
                            .orElseThrow(() -> lost("the reign ended before it was committed"));
            end(COMMITTED);
            return asOf;
        } catch (SQLException e) {
            throw commitFailed(e);
        } finally {
            end(UNCERTAIN);
        }
    }

    private FlotillaException commitFailed(SQLException refusal) {
        if (!SqlFailures.fromServer(refusal)) {
            return SqlFailures.unknown("the server was lost during the commit", refusal);
        }
        try {
            if (session.askLastGtid().equals(before)) {
                end("its commit failed");
                return SqlFailures.of(refusal);
            }
        } catch (SQLException e) {
            refusal.addSuppressed(e);
        }
        return SqlFailures.unknown("the commit failed after it was written", refusal);
    }
}
