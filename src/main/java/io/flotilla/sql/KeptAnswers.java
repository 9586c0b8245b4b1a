package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The answers kept under [WriteKey]s, as one reign of this node sees and writes them. Thread-safe.
///
/// Retention is counted in the log's transactions, not in anybody's clock: an answer is forgotten when `retention` later
/// transactions are there, or when there are too many answers, the oldest first.
final class KeptAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(KeptAnswers.class);

    private static final int NO_SUCH_TABLE = 1146;

    private final SessionPool keepers;
    private final KeyLimits limits;
    private final ReentrantLock making = new ReentrantLock();
    private final AtomicLong kept = new AtomicLong();
    private volatile byte @Nullable [] secret;

    KeptAnswers(SessionPool keepers, KeyLimits limits) {
        this.keepers = keepers;
        this.limits = limits;
    }

    /// Something done in a keeper's session.
    private interface Task<T> {
        T in(Session session) throws SQLException, InterruptedException;
    }

    private <T> T keeper(Deadline deadline, Task<T> task)
            throws SQLException, InterruptedException {
        Session session = keepers.borrow(deadline);
        boolean done = false;
        try {
            T result = task.in(session);
            done = true;
            return result;
        } finally {
            keepers.giveBack(session, done);
        }
    }

    /// What proves to the procedure that it is us who call; makes the tables when they are not there yet.
    ///
    /// @throws FlotillaException `Unavailable` if the deadline is over before somebody else has made them
    byte[] secret(Deadline deadline) throws SQLException, InterruptedException {
        byte[] known = secret;
        if (known != null) {
            return known;
        }
        if (!making.tryLock(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "the tables of kept answers are being made");
        }
        try {
            Optional<byte[]> found = keeper(deadline, KeptAnswers::readSecret);
            if (found.isEmpty()) {
                LOG.info("making the tables in which answers are kept");
                found = keeper(deadline, KeptAnswers::make);
            }
            byte[] made =
                    found.orElseThrow(() ->
                            new FlotillaException(
                                    Failure.UNAVAILABLE,
                                    "the tables of kept answers could not be made"));
            secret = made;
            return made;
        } finally {
            making.unlock();
        }
    }

    private static Optional<byte[]> make(Session session) throws SQLException {
        for (String sql : KeptTables.MAKE) {
            session.execute(sql);
        }
        return readSecret(session);
    }

    private static Optional<byte[]> readSecret(Session session) throws SQLException {
        try (PreparedStatement question = session.prepare(KeptTables.SECRET);
                ResultSet row = question.executeQuery()) {
            return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// What is kept under an id; makes the tables when they are not there yet.
    Optional<Kept> find(Hash id, Deadline deadline) throws SQLException, InterruptedException {
        secret(deadline);
        return keeper(
                deadline,
                session -> {
                    try (PreparedStatement question = session.prepare(KeptTables.FIND)) {
                        question.setBytes(1, id.bytes());
                        try (ResultSet row = question.executeQuery()) {
                            return row.next() ? Optional.of(kept(row)) : Optional.empty();
                        }
                    }
                });
    }

    private static Kept kept(ResultSet row) throws SQLException {
        return new Kept(
                Hash.ofHash(row.getBytes(1)),
                row.getLong(2),
                Optional.ofNullable(row.getBytes(3)).map(ResultBytes::read));
    }

    /// Makes sure that what was found is true: Raft has it, and this node still leads.
    ///
    /// @return a position as of which it is; empty when this node does not lead any more
    Optional<Gtid> confirmed(Replica replica, Reign reign, Deadline deadline)
            throws SQLException, InterruptedException {
        return keeper(
                deadline,
                session ->
                        new Confirmation(replica, reign, session, TimeLimit.byServer(deadline))
                                .nothingToDo());
    }

    /// The statement by which a client's session keeps an answer in its own transaction.
    String keeping(Hash id, Hash request, long seq, byte[] answer, Deadline deadline)
            throws SQLException, InterruptedException {
        return KeptTables.keep(id, request, seq, answer, secret(deadline));
    }

    /// Notes that something is about to be done that cannot share a transaction with its answer.
    void begin(Hash id, Hash request, long seq, Deadline deadline)
            throws SQLException, InterruptedException {
        keeper(
                deadline,
                session -> {
                    try (PreparedStatement insert = session.prepare(KeptTables.BEGIN)) {
                        insert.setBytes(1, id.bytes());
                        insert.setBytes(2, request.bytes());
                        insert.setLong(3, seq);
                        return insert.executeUpdate();
                    }
                });
    }

    /// Notes what it gave.
    ///
    /// @return the transaction that says so
    Gtid finish(Hash id, byte[] answer, Deadline deadline)
            throws SQLException, InterruptedException {
        return keeper(
                deadline,
                session -> {
                    try (PreparedStatement update = session.prepare(KeptTables.FINISH)) {
                        update.setBytes(1, answer);
                        update.setBytes(2, id.bytes());
                        update.executeUpdate();
                    }
                    return Writer.gtid(session.lastGtid());
                });
    }

    /// Notes that it was not done.
    void forget(Hash id, Deadline deadline) throws SQLException, InterruptedException {
        keeper(
                deadline,
                session -> {
                    try (PreparedStatement delete = session.prepare(KeptTables.FORGET)) {
                        delete.setBytes(1, id.bytes());
                        return delete.executeUpdate();
                    }
                });
    }

    /// One more answer is kept: now and then the old ones are forgotten.
    ///
    /// @param seq the log's position
    void tidy(long seq, Deadline deadline) {
        if (kept.incrementAndGet() % limits.betweenTidying() != 0) {
            return;
        }
        try {
            long surplus = keeper(deadline, KeptAnswers::count) - limits.maxKeys();
            prune(Math.max(0, seq - limits.retention()), Long.MAX_VALUE, deadline);
            if (surplus > 0) {
                prune(Long.MAX_VALUE, surplus, deadline);
            }
        } catch (SQLException | FlotillaException e) {
            LOG.info("old kept answers could not be forgotten now: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long count(Session session) throws SQLException {
        try (PreparedStatement question = session.prepare(KeptTables.COUNT);
                ResultSet row = question.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /// In transactions of bounded size.
    private void prune(long before, long most, Deadline deadline)
            throws SQLException, InterruptedException {
        long left = most;
        while (left > 0 && !deadline.over()) {
            int piece = (int) Math.min(left, limits.betweenTidying() * 2L);
            int gone =
                    keeper(
                            deadline,
                            session -> {
                                try (PreparedStatement delete = session.prepare(KeptTables.PRUNE)) {
                                    delete.setLong(1, before);
                                    delete.setInt(2, piece);
                                    return delete.executeUpdate();
                                }
                            });
            if (gone < piece) {
                return;
            }
            left -= gone;
        }
    }
}
