package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One write in one session, once.
///
/// What is known when:
/// - the statement succeeded and `last_gtid` moved: written; done when Raft has committed that;
/// - it succeeded and `last_gtid` did not move: there was nothing to do, true as of the binlog's end once that is
///   committed and this node is known to have led meanwhile;
/// - it failed, the session lives and `last_gtid` did not move: not applied;
/// - anything else: unknown.
final class WriteRun {
    /// Lock waits are given up this much before the statement's time is over, so that the client hears `Conflict`, which
    /// says what to do, and not that time was short. The server counts them in whole seconds.
    private static final long LOCK_MARGIN_SECONDS = 1;

    private final Replica replica;
    private final Reign reign;
    private final Session session;
    private final String before;
    private final Write write;
    private final Deadline deadline;
    private boolean reusable;

    /// @param session freshened
    WriteRun(Replica replica, Reign reign, Session session, Write write, Deadline deadline) {
        this.replica = replica;
        this.reign = reign;
        this.session = session;
        this.before = session.knownGtid();
        this.write = write;
        this.deadline = deadline;
    }

    /// Whether the session is as good as new.
    boolean reusable() {
        return reusable && !write.touchesSession();
    }

    Attempt run() throws InterruptedException {
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

    /// Definitions cannot be given a time limit: half a `DROP DATABASE` is worse than a late one. Nor can the limits go
    /// into the statement itself, whose text the followers execute.
    private boolean limitLockWaits() {
        if (write.kind() == Write.Kind.ROWS) {
            return true;
        }
        try {
            session.execute("SET SESSION lock_wait_timeout=" + lockSeconds());
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private long lockSeconds() {
        return Math.max(1, deadline.left().toSeconds() - LOCK_MARGIN_SECONDS);
    }

    private Effect execute() throws SQLException {
        // Without values nothing looks for question marks, neither the driver nor the server.
        if (write.parameters().isEmpty()) {
            try (Statement statement = session.statement()) {
                statement.execute(limited(), Statement.RETURN_GENERATED_KEYS);
                return effect(statement);
            }
        }
        try (PreparedStatement statement = session.prepare(limited())) {
            bind(statement, write.parameters());
            statement.execute();
            return effect(statement);
        }
    }

    private static Effect effect(Statement statement) throws SQLException {
        long rows = Math.max(0, statement.getLargeUpdateCount());
        return new Effect(rows, lastInsertId(statement));
    }

    /// The time limit is the soft kind: when it strikes a statement that already waits for its commit, the wait goes on.
    private String limited() {
        if (write.kind() == Write.Kind.DEFINITION) {
            return write.sql();
        }
        double seconds = Math.max(1, deadline.left().toMillis()) / 1000.0;
        return String.format(
                        Locale.ROOT,
                        "SET STATEMENT max_statement_time=%.3f, innodb_lock_wait_timeout=%d, lock_wait_timeout=%d FOR ",
                        seconds,
                        lockSeconds(),
                        lockSeconds())
                + write.sql();
    }

    private static void bind(PreparedStatement statement, List<@Nullable Object> parameters)
            throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
    }

    private static Optional<BigInteger> lastInsertId(Statement statement) throws SQLException {
        try (ResultSet keys = statement.getGeneratedKeys()) {
            // The driver writes the id as a signed number.
            return keys.next()
                    ? Optional.of(
                            new BigInteger(
                                    Long.toUnsignedString(Long.parseLong(keys.getString(1)))))
                    : Optional.empty();
        }
    }

    private Attempt written(Gtid gtid, Effect effect) throws InterruptedException {
        reign.awaitCommitted(gtid, deadline);
        return new Attempt.Done(gtid, effect.rows(), effect.lastInsertId());
    }

    /// "No row matched" and "it exists already" are statements about the data, and may rest on what another session has
    /// written and Raft has not committed yet, or be out of date on a leader that was deposed.
    private Attempt nothingToDo(Effect effect) throws InterruptedException {
        String end;
        try {
            end = session.binlogPosition();
        } catch (SQLException e) {
            reusable = false;
            return new Attempt.NotHere("the leader's server lost the session");
        }
        Gtid position = Writer.gtid(end);
        try {
            if (position.seq() > 0) {
                reign.awaitCommitted(position, deadline);
            }
            replica.awaitLinearizable(deadline);
        } catch (FlotillaException e) {
            if (deadline.over()) {
                throw new FlotillaException(Failure.UNAVAILABLE, e.message(), e);
            }
            return new Attempt.NotHere(e.message());
        }
        Gtid asOf = position.seq() > 0 ? position : replica.standing().committed();
        return new Attempt.Done(asOf, effect.rows(), effect.lastInsertId());
    }

    private Attempt failed(SQLException failure) {
        if (!SqlFailures.fromServer(failure)) {
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
        if (SqlFailures.readOnly(failure) || reign.ended()) {
            reusable = false;
            return new Attempt.NotHere("the reign ended: " + failure.getMessage());
        }
        throw SqlFailures.of(failure);
    }

    private String lastGtid(String otherwise) {
        try {
            return session.askLastGtid();
        } catch (SQLException e) {
            throw SqlFailures.unknown(otherwise, e);
        }
    }

    private record Effect(long rows, Optional<BigInteger> lastInsertId) {}
}
