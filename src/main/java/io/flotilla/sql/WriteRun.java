package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One write in one session, once.
///
/// What is known when:
/// - the statement succeeded and `last_gtid` moved: written; done when Raft has committed that;
/// - it succeeded and `last_gtid` did not move: there was nothing to do, true as of the binlog's end once that is
///   committed and this node is known to have led meanwhile;
/// - it failed, the session lives and `last_gtid` did not move: not applied;
/// - anything else: unknown.
final class WriteRun implements Writer.Run<Attempt> {
    private static final Logger LOG = LoggerFactory.getLogger(WriteRun.class);

    private final Confirmation confirmation;
    private final Session session;
    private final String before;
    private final Write write;
    private final TimeLimit limit;
    private boolean reusable;

    /// @param confirmation of the session, freshened
    WriteRun(Write write, Confirmation confirmation) {
        this.write = write;
        this.confirmation = confirmation;
        this.session = confirmation.session();
        this.before = session.knownGtid();
        this.limit = confirmation.limit();
    }

    @Override
    public SessionPool.Use use() {
        if (!reusable) {
            return SessionPool.Use.SPOILT;
        }
        if (write.kind() == Write.Kind.DEFINITION) {
            return SessionPool.Use.DOUBTFUL;
        }
        return SessionPool.Use.after(write.footprint());
    }

    @Override
    public boolean interruptible() {
        return write.kind() != Write.Kind.DEFINITION;
    }

    @Override
    public boolean limited() {
        return write.kind() == Write.Kind.ROWS;
    }

    @Override
    public Attempt run() throws InterruptedException {
        if (!limitLockWaits()) {
            return new Attempt.NotHere("the leader's server lost the session");
        }
        Effect effect;
        try {
            effect = execute();
        } catch (SQLException e) {
            return failed(e);
        }
        String after = lastGtid("the session was lost after the statement had been executed");
        reusable = true;
        return after.equals(before) ? nothingToDo(effect) : written(Writer.gtid(after), effect);
    }

    private boolean limitLockWaits() {
        if (limited()) {
            return true;
        }
        try {
            session.execute(limit.ofLocks());
            session.losesTrackOfDatabase();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private Effect execute() throws SQLException {
        // Without values nothing looks for question marks, neither the driver nor the server.
        if (write.parameters().isEmpty()) {
            try (Statement statement = session.statement()) {
                statement.execute(sql(), Statement.RETURN_GENERATED_KEYS);
                return effect(statement);
            }
        }
        try (PreparedStatement statement = session.prepare(sql())) {
            Execution.bind(statement, write.parameters());
            statement.execute();
            return effect(statement);
        }
    }

    private static Effect effect(Statement statement) throws SQLException {
        long rows = Math.max(0, statement.getLargeUpdateCount());
        return new Effect(rows, Execution.lastInsertId(statement));
    }

    private String sql() {
        return limited() ? limit.before(write.sql()) : write.sql();
    }

    private Attempt written(Gtid gtid, Effect effect) throws InterruptedException {
        confirmation.written(gtid);
        return new Attempt.Done(gtid, effect.rows(), effect.lastInsertId());
    }

    private Attempt nothingToDo(Effect effect) throws InterruptedException {
        Optional<Gtid> asOf;
        try {
            asOf = confirmation.nothingToDo();
        } catch (SQLException e) {
            reusable = false;
            return new Attempt.NotHere("the leader's server lost the session");
        }
        return asOf.isPresent()
                ? new Attempt.Done(asOf.get(), effect.rows(), effect.lastInsertId())
                : new Attempt.NotHere("the reign ended");
    }

    private Attempt failed(SQLException failure) {
        if (!SqlFailures.fromServer(failure)) {
            LOG.warn(
                    "the server was lost while this ran, which is not sent anywhere again: {}",
                    Named.withoutValues(write.sql()));
            throw SqlFailures.unknown(
                    "the server was lost while the statement was under way", failure);
        }
        String after;
        try {
            after = session.askLastGtid();
        } catch (SQLException e) {
            failure.addSuppressed(e);
            throw SqlFailures.unknown(
                    "the session was lost after the statement had failed", failure);
        }
        if (!after.equals(before)) {
            throw SqlFailures.unknown("a part of it was written before it failed", failure);
        }
        reusable = true;
        if (SqlFailures.readOnly(failure) || confirmation.reign().ended()) {
            reusable = false;
            return new Attempt.NotHere("the reign ended: " + failure.getMessage());
        }
        throw SqlFailures.of(failure, limit);
    }

    private String lastGtid(String otherwise) {
        try {
            return session.lastGtid();
        } catch (SQLException e) {
            throw SqlFailures.unknown(otherwise, e);
        }
    }

    private record Effect(long rows, Optional<BigInteger> lastInsertId) {}
}
