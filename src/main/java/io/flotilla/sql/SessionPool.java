package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bounded stock of [Session]s with one start of one server. Thread-safe.
///
/// Not a ready-made pool: those end sessions by `Connection.abort`, which this driver carries out with a new connection
/// and a hard KILL (StandardClient.abort). That commits what waits for its acknowledgement, and after a restart at the
/// same socket it may hit somebody else's session.
final class SessionPool {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);

    private final String name;
    private final DataSource server;
    private final boolean readOnly;
    private final int limit;
    private final Duration maxIdle;
    private final Semaphore permits;
    private final Deque<Session> idle = new ArrayDeque<>();
    private boolean closed;

    SessionPool(String name, DataSource server, boolean readOnly, int limit, Duration maxIdle) {
        this.name = name;
        this.server = server;
        this.readOnly = readOnly;
        this.limit = limit;
        this.maxIdle = maxIdle;
        this.permits = new Semaphore(limit, true);
    }

    DataSource server() {
        return server;
    }

    /// @throws FlotillaException `Overloaded` if none is free within the deadline
    /// @throws SQLException if the server does not take a new connection
    Session borrow(Deadline deadline) throws SQLException, InterruptedException {
        if (!permits.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new FlotillaException(
                    Failure.OVERLOADED, "all " + limit + " " + name + " are busy");
        }
        boolean borrowed = false;
        try {
            Session session = takeIdle();
            if (session == null) {
                session = connect();
            }
            borrowed = true;
            return session;
        } finally {
            if (!borrowed) {
                permits.release();
            }
        }
    }

    private synchronized @Nullable Session takeIdle() {
        return idle.pollFirst();
    }

    private Session connect() throws SQLException {
        return Session.pin(server.getConnection(), readOnly);
    }

    /// Takes a borrowed session back; `reusable` says that it is as clean as a new one.
    void giveBack(Session session, boolean reusable) {
        try {
            if (reusable && keep(session)) {
                return;
            }
            end(session);
        } finally {
            permits.release();
        }
    }

    private synchronized boolean keep(Session session) {
        long now = System.nanoTime();
        while (!idle.isEmpty() && now - idle.getLast().idleSince() > maxIdle.toNanos()) {
            end(idle.removeLast());
        }
        if (closed) {
            return false;
        }
        session.idleFrom(now);
        idle.addFirst(session);
        return true;
    }

    /// Ends idle sessions now, and those in use when they come back.
    void close() {
        Deque<Session> ending;
        synchronized (this) {
            closed = true;
            ending = new ArrayDeque<>(idle);
            idle.clear();
        }
        ending.forEach(this::end);
    }

    private void end(Session session) {
        SQLException trouble = session.close();
        if (trouble != null) {
            LOG.debug("a session of {} did not end cleanly", name, trouble);
        }
    }

    /// Interrupts what a reading session does. KILL SOFT, and only for sessions that cannot write: it never touches a
    /// session that waits for a commit.
    void interrupt(Session reader) throws SQLException {
        if (!readOnly) {
            throw new IllegalStateException("only readers may be interrupted");
        }
        Session helper = connect();
        try {
            helper.execute("KILL SOFT QUERY " + reader.id());
        } finally {
            end(helper);
        }
    }

    synchronized PoolUse use() {
        int busy = limit - permits.availablePermits();
        return new PoolUse(name, limit, busy, idle.size(), permits.getQueueLength());
    }
}
