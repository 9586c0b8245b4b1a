package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.RawStatement.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A batch under a [WriteKey]: what was done under it already is answered as it was, the rest is done.
///
/// The answer is kept in the transaction of the write itself, so that there are both or neither. A definition has no
/// transaction: that it is about to be run is noted before, and what it gave after.
///
/// Since the key makes it safe to begin again, whatever stops it at a node that leads no more is "not here".
final class KeyedRun implements Writer.Run<BatchAttempt> {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedRun.class);

    private final Batch batch;
    private final WriteKey key;
    private final Hash request;
    private final boolean stopsAtFailure;
    private final Confirmation confirmation;
    private final KeptAnswers answers;
    private final SqlConfig config;
    private final KeysUnderWay.Turn turn;
    private final Deadline deadline;
    private final List<StatementResult> results = new ArrayList<>();
    private Gtid position = Gtid.NONE;
    private boolean applied;
    private volatile @Nullable BatchRun running;

    /// @param turn the right to do it, given back at the end
    KeyedRun(
            Batch batch,
            WriteKey key,
            boolean stopsAtFailure,
            Confirmation confirmation,
            KeptAnswers answers,
            SqlConfig config,
            KeysUnderWay.Turn turn) {
        this.batch = batch;
        this.key = key;
        this.request = batch.hash();
        this.stopsAtFailure = stopsAtFailure;
        this.confirmation = confirmation;
        this.answers = answers;
        this.config = config;
        this.turn = turn;
        this.deadline = confirmation.deadline();
    }

    @Override
    public SessionPool.Use use() {
        return SessionPool.Use.DOUBTFUL;
    }

    @Override
    public boolean interruptible() {
        BatchRun now = running;
        return now != null && now.interruptible();
    }

    @Override
    public boolean limited() {
        BatchRun now = running;
        return now != null && now.limited();
    }

    private BatchAttempt run(BatchRun run) throws InterruptedException {
        running = run;
        return run.run();
    }

    @Override
    public void close() {
        turn.close();
    }

    @Override
    public BatchAttempt run() throws InterruptedException {
        List<Batch> units = batch.transaction() ? List.of(batch) : batch.alone();
        for (int i = 0; i < units.size(); i++) {
            switch (unit(units.get(i), i)) {
                case BatchAttempt.NotHere elsewhere -> {
                    return elsewhere;
                }
                case BatchAttempt.Broken broken -> {
                    return new BatchAttempt.Broken(
                            applied ? broken.failure().partial() : broken.failure(),
                            results.size() + broken.statement(),
                            results);
                }
                case BatchAttempt.Done done -> {
                    results.addAll(done.results());
                    position = done.position();
                    applied |= done.wrote();
                }
            }
            if (stopsAtFailure && results.getLast() instanceof StatementResult.Failed) {
                break;
            }
        }
        answers.tidy(position.seq(), deadline);
        return new BatchAttempt.Done(results, position, applied);
    }

    private BatchAttempt unit(Batch unit, int index) throws InterruptedException {
        Hash id = key.id(index);
        try {
            Optional<Kept> kept = answers.find(id, deadline);
            if (kept.isPresent()) {
                return again(unit, id, kept.get());
            }
            return unit.statements().getFirst().kind() == Kind.DEFINITION
                    ? define(unit, id, false)
                    : together(unit, id);
        } catch (SQLException e) {
            LOG.debug("the kept answers cannot be reached", e);
            return new BatchAttempt.NotHere("the kept answers cannot be reached");
        }
    }

    private BatchAttempt again(Batch unit, Hash id, Kept kept)
            throws InterruptedException, SQLException {
        if (!kept.request().equals(request)) {
            throw WriteKey.usedOtherwise();
        }
        // What is seen here is true only when Raft has it, and this node still leads.
        Optional<Gtid> asOf = confirmation.nothingToDo();
        if (asOf.isEmpty()) {
            return new BatchAttempt.NotHere("the reign ended");
        }
        if (kept.results().isPresent()) {
            return new BatchAttempt.Done(kept.results().get(), asOf.get(), true);
        }
        // Everything that this server has executed is in the log now.
        boolean ran = confirmation.reign().definedSince(kept.seq());
        if (ran && !unit.statements().getFirst().repeatable()) {
            throw new FlotillaException(
                    Failure.UNKNOWN,
                    "an earlier request with this Idempotency-Key may have run this statement,"
                            + " which cannot be run twice");
        }
        return define(unit, id, true);
    }

    private BatchAttempt together(Batch unit, Hash id) throws InterruptedException {
        return run(
                new BatchRun(unit, stopsAtFailure, confirmation, config, given -> keep(id, given)));
    }

    private String keep(Hash id, List<StatementResult> given)
            throws SQLException, InterruptedException {
        byte[] answer = ResultBytes.write(given);
        if (answer.length > config.keys().maxAnswer()) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "an answer of more than "
                            + config.keys().maxAnswer()
                            + " bytes cannot be kept under an Idempotency-Key");
        }
        return answers.keeping(id, request, committed(), answer, deadline);
    }

    private long committed() {
        return confirmation.replica().standing().committed().seq();
    }

    private BatchAttempt define(Batch unit, Hash id, boolean begun)
            throws InterruptedException, SQLException {
        if (!begun) {
            answers.begin(id, request, committed(), deadline);
        }
        BatchAttempt attempt = run(new BatchRun(unit, stopsAtFailure, confirmation, config));
        if (attempt instanceof BatchAttempt.Done done) {
            finish(id, done);
        } else if (attempt instanceof BatchAttempt.Broken broken
                && broken.failure().outcome() == Failure.Outcome.NOT_APPLIED) {
            answers.forget(id, deadline);
        }
        return attempt;
    }

    /// The statement's own fate is settled: it is told, whatever becomes of the note.
    private void finish(Hash id, BatchAttempt.Done done) throws InterruptedException {
        try {
            if (done.results().getFirst() instanceof StatementResult.Failed) {
                answers.forget(id, deadline);
            } else {
                confirmation.written(
                        answers.finish(id, ResultBytes.write(done.results()), deadline));
            }
        } catch (SQLException | FlotillaException e) {
            LOG.info("what a definition gave could not be kept: {}", e.getMessage());
        }
    }
}
