package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.Execution.TooManyRowsException;
import io.flotilla.sql.RawStatement.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A batch of a client's own statements in one session of a reign, once.
///
/// What is known of each statement is known as in [WriteRun]: by the session's `last_gtid` before and after. Statements
/// that stand alone are asked after one by one; in a transaction, only those that could commit inside of it.
final class BatchRun implements Writer.Run<BatchAttempt> {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

    private final Batch batch;
    private final boolean stopsAtFailure;
    private final @Nullable LastWord lastWord;
    private final Confirmation confirmation;
    private final Session session;
    private final Execution execution;
    private final TimeLimit limit;
    private final String before;
    private final List<StatementResult> results = new ArrayList<>();
    private String written;
    private boolean restsOnOthers;
    private boolean readOnly;
    private boolean smooth;
    private volatile boolean defining;
    private volatile boolean limited;

    /// @param confirmation of the session, freshened
    /// @param stopsAtFailure whether statements after one that failed are not run
    BatchRun(Batch batch, boolean stopsAtFailure, Confirmation confirmation, SqlConfig config) {
        this(batch, stopsAtFailure, confirmation, config, null);
    }

    /// @param lastWord makes it a transaction, whatever the batch says, and is run in it before the commit
    BatchRun(
            Batch batch,
            boolean stopsAtFailure,
            Confirmation confirmation,
            SqlConfig config,
            @Nullable LastWord lastWord) {
        this.lastWord = lastWord;
        this.batch = batch;
        this.stopsAtFailure = stopsAtFailure;
        this.confirmation = confirmation;
        this.session = confirmation.session();
        this.execution = new Execution(session, config);
        this.limit = confirmation.limit();
        this.before = session.knownGtid();
        this.written = before;
    }

    /// Whatever the statements did to the session, the pool sees to it; if it is lost, its reset fails.
    @Override
    public SessionPool.Use use() {
        return smooth ? SessionPool.Use.after(batch.footprint()) : SessionPool.Use.DOUBTFUL;
    }

    @Override
    public boolean interruptible() {
        return !defining;
    }

    @Override
    public boolean limited() {
        return limited;
    }

    @Override
    public BatchAttempt run() throws InterruptedException {
        try {
            boolean together =
                    lastWord != null || (batch.transaction() && batch.statements().size() > 1);
            BatchAttempt attempt = together ? together() : apart();
            smooth = attempt instanceof BatchAttempt.Done && !failed();
            return attempt;
        } catch (BrokenException e) {
            return broken(e.failure());
        }
    }

    private boolean failed() {
        return results.stream().anyMatch(StatementResult.Failed.class::isInstance);
    }

    private BatchAttempt apart() throws InterruptedException, BrokenException {
        for (RawStatement statement : batch.statements()) {
            if (confirmation.deadline().over()) {
                throw broken("the deadline was over before this statement began");
            }
            StatementResult result = alone(statement);
            if (result instanceof StatementResult.Failed && reignIsOver()) {
                return nowhere("the reign ended");
            }
            results.add(result);
            if (stopsAtFailure && result instanceof StatementResult.Failed) {
                break;
            }
        }
        return confirmed();
    }

    private StatementResult alone(RawStatement statement) throws BrokenException {
        long began = System.nanoTime();
        StatementResult result;
        defining = statement.kind() == Kind.DEFINITION;
        try {
            result = execute(statement);
        } catch (SQLException e) {
            return refused(statement, e, began);
        } catch (TooManyRowsException e) {
            if (advanced(state(e))) {
                throw new BrokenException(e.failure().partial());
            }
            result = new StatementResult.Failed(e.failure(), since(began));
        }
        Session.State now = state(null);
        if (now.inTransaction()) {
            return openedTransaction(now, began);
        }
        if (advanced(now)) {
            written = now.gtid();
            restsOnOthers = false;
        } else if (statement.kind() != Kind.QUERY) {
            restsOnOthers = true;
        }
        return result;
    }

    private StatementResult execute(RawStatement statement)
            throws SQLException, TooManyRowsException {
        limited = Execution.takesTimeLimit(statement);
        try {
            return execution.run(statement, limit);
        } finally {
            limited = false;
        }
    }

    /// The server said no. A statement that failed and wrote something all the same is the one thing nobody can judge.
    private StatementResult refused(RawStatement statement, SQLException refusal, long began)
            throws BrokenException {
        if (!SqlFailures.fromServer(refusal) && !SqlFailures.fromDriver(refusal)) {
            LOG.warn(
                    "the server was lost while this ran, which is not sent anywhere again: {}",
                    Named.withoutValues(statement.sql()));
            throw new BrokenException(
                    SqlFailures.unknown(
                            "the server was lost while the statement was under way", refusal));
        }
        Session.State now = state(refusal);
        if (advanced(now)) {
            throw new BrokenException(
                    SqlFailures.unknown("a part of it was written before it failed", refusal));
        }
        if (now.inTransaction()) {
            rollBack();
        }
        if (SqlFailures.readOnly(refusal)) {
            readOnly = true;
        }
        return new StatementResult.Failed(SqlFailures.of(refusal, limit), since(began));
    }

    private boolean reignIsOver() {
        return readOnly || confirmation.reign().ended();
    }

    /// It stands alone: what it has opened is closed, and it was for nothing.
    private StatementResult openedTransaction(Session.State now, long began)
            throws BrokenException {
        rollBack();
        FlotillaException failure =
                new FlotillaException(
                        Failure.BAD_REQUEST,
                        "the statement left a transaction open, which was rolled back: use the"
                                + " parameter transaction, or a transaction of /tx");
        if (advanced(now)) {
            throw new BrokenException(failure.partial());
        }
        return new StatementResult.Failed(failure, since(began));
    }

    private BatchAttempt together() throws InterruptedException, BrokenException {
        try {
            session.execute("START TRANSACTION");
        } catch (SQLException e) {
            return nowhere("the leader's server lost the session");
        }
        for (RawStatement statement : batch.statements()) {
            if (confirmation.deadline().over()) {
                rollBack();
                throw broken("the deadline was over before this statement began");
            }
            StatementResult result = inside(statement);
            if (result instanceof StatementResult.Failed) {
                rollBack();
                if (reignIsOver()) {
                    return new BatchAttempt.NotHere("the reign ended");
                }
                results.add(result);
                return new BatchAttempt.Done(results, committedAnyhow(), false);
            }
            results.add(result);
        }
        sayLastWord();
        commit();
        return confirmed();
    }

    private StatementResult inside(RawStatement statement) throws BrokenException {
        long began = System.nanoTime();
        StatementResult result;
        try {
            result = execute(statement);
        } catch (SQLException e) {
            return refused(statement, e, began);
        } catch (TooManyRowsException e) {
            result = new StatementResult.Failed(e.failure(), since(began));
        }
        if (statement.kind() == Kind.ANYTHING) {
            Session.State now = state(null);
            FlotillaException failure =
                    new FlotillaException(
                            Failure.REJECTED, "the statement ended the transaction it was in");
            if (advanced(now)) {
                throw new BrokenException(failure.partial());
            }
            if (!now.inTransaction()) {
                return new StatementResult.Failed(failure, since(began));
            }
        }
        return result;
    }

    /// What is written in the transaction of a client's statements besides.
    interface LastWord {
        /// @param results what the statements gave
        /// @return a statement of ours
        String of(List<StatementResult> results) throws SQLException, InterruptedException;
    }

    private void sayLastWord() throws InterruptedException, BrokenException {
        if (lastWord == null) {
            return;
        }
        try {
            session.execute(lastWord.of(results));
        } catch (FlotillaException e) {
            rollBack();
            throw new BrokenException(e);
        } catch (SQLException e) {
            rollBack();
            throw new BrokenException(
                    new FlotillaException(
                            Failure.UNAVAILABLE,
                            "the answer could not be kept, and so nothing was done: "
                                    + e.getMessage(),
                            e));
        }
    }

    private void commit() throws BrokenException {
        try {
            session.execute("COMMIT");
        } catch (SQLException e) {
            if (!SqlFailures.fromServer(e)) {
                throw new BrokenException(
                        SqlFailures.unknown("the server was lost during the commit", e));
            }
            if (advanced(state(e))) {
                throw new BrokenException(
                        SqlFailures.unknown("the commit failed after it was written", e));
            }
            throw new BrokenException(SqlFailures.of(e, limit));
        }
        Session.State now = state(null);
        restsOnOthers = !advanced(now);
        written = now.gtid();
    }

    /// Whatever was written is committed by Raft, and whatever was found to be so already is true.
    private BatchAttempt confirmed() throws InterruptedException {
        boolean wrote = !written.equals(before);
        Gtid position = wrote ? Writer.gtid(written) : committedAnyhow();
        if (wrote) {
            confirmation.written(position);
        }
        if (restsOnOthers) {
            try {
                Optional<Gtid> known = confirmation.nothingToDo();
                if (known.isEmpty()) {
                    return nowhere("the reign ended");
                }
                position = wrote ? position : known.get();
            } catch (SQLException e) {
                return nowhere("the leader's server lost the session");
            } catch (FlotillaException e) {
                return broken(e);
            }
        }
        return new BatchAttempt.Done(results, position, wrote);
    }

    private Gtid committedAnyhow() {
        return confirmation.replica().standing().committed();
    }

    /// Another node may do all of it, unless a part of it is done.
    private BatchAttempt nowhere(String why) {
        return written.equals(before)
                ? new BatchAttempt.NotHere(why)
                : broken(new FlotillaException(Failure.UNAVAILABLE, why));
    }

    private BatchAttempt broken(FlotillaException failure) {
        FlotillaException whole = written.equals(before) ? failure : failure.partial();
        return new BatchAttempt.Broken(whole, results.size(), results);
    }

    private static BrokenException broken(String why) {
        return new BrokenException(new FlotillaException(Failure.UNAVAILABLE, why));
    }

    private boolean advanced(Session.State now) {
        return !now.gtid().equals(written);
    }

    private Session.State state(@Nullable Exception because) throws BrokenException {
        try {
            return session.state();
        } catch (SQLException e) {
            if (because != null) {
                e.addSuppressed(because);
            }
            throw new BrokenException(
                    SqlFailures.unknown("the session was lost after the statement", e));
        }
    }

    /// A session that is lost has rolled back as well; the reset finds out.
    private void rollBack() {
        try {
            session.execute("ROLLBACK");
        } catch (SQLException e) {
            LOG.debug("a transaction was not rolled back by its session", e);
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /// The batch cannot go on.
    private static final class BrokenException extends Exception {
        private static final long serialVersionUID = 1L;

        private final FlotillaException failure;

        BrokenException(FlotillaException failure) {
            super(failure);
            this.failure = failure;
        }

        FlotillaException failure() {
            return failure;
        }
    }
}
