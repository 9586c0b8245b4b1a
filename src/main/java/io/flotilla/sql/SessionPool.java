package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bounded stock of [Session]s with one start of one server, each with the account of whoever it is for. Thread-safe.
///
/// A client's session is used again by the same client only, and only as long as its login is trusted: then the server
/// checks again. One client has at most three quarters of them.
///
/// Not a ready-made pool: those end sessions by `Connection.abort`, which this driver carries out with a new connection
/// and a hard KILL (StandardClient.abort). That commits what waits for its acknowledgement, and after a restart at the
/// same socket it may hit somebody else's session.
final class SessionPool {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);

    private static final Executor RESETS = work -> Thread.ofVirtual().name("sql-reset").start(work);

    /// How long a session that is not used again may owe its reset.
    private static final Duration RESET_AFTER = Duration.ofMillis(5);

    /// How long a session keeps traces of statements. What a trigger has locked in it is locked as long.
    private static final Duration KEEPS_TRACES = Duration.ofSeconds(1);

    private final String name;
    private final DataSource server;
    private final Pins pins;
    private final int limit;
    private final Duration maxIdle;
    private final Logins logins;
    private final Semaphore permits;
    private final Shares shares;
    private final Deque<Session> idle = new ArrayDeque<>();
    private boolean closed;

    /// Whether a thread sees to resets that are owed.
    private boolean sweeping;

    SessionPool(
            String name, DataSource server, Pins pins, int limit, Duration maxIdle, Logins logins) {
        this.name = name;
        this.server = server;
        this.pins = pins;
        this.limit = limit;
        this.maxIdle = maxIdle;
        this.logins = logins;
        this.permits = new Semaphore(limit, true);
        this.shares = new Shares(Math.max(1, limit - limit / 4));
    }

    /// What a session that comes back has been used for.
    enum Use {
        /// It is as it was.
        CLEAN,
        /// Statements that leave only traces ([Footprint#TRACES]) have run in it, and it has answered the last of them with
        /// success.
        TRACED,
        /// A client's own statements have run in it, it has answered the last of them with success, and holds nothing that
        /// others may wait for, as far as their text tells ([Footprint#STATE]).
        BY_CLIENT,
        /// The same, but it may hold something.
        HOLDING,
        /// A client's own statements have run in it; it may be lost, or have much to undo.
        DOUBTFUL,
        /// It may be lost, or in the middle of something.
        SPOILT;

        /// What it was used for when it has answered the last statement with success.
        static Use after(Footprint all) {
            return switch (all) {
                case TRACES -> TRACED;
                case STATE -> BY_CLIENT;
                case LOCKS -> HOLDING;
            };
        }
    }

    DataSource server() {
        return server;
    }

    /// A session of the node's own account, without a default database.
    ///
    /// @throws FlotillaException `Overloaded` if none is free within the deadline
    /// @throws SQLException if the server does not take a new connection
    Session borrow(Deadline deadline) throws SQLException, InterruptedException {
        return borrow(Need.OF_NODE, deadline);
    }

    /// @param who as whom it is to run
    /// @param database the default one; empty for none
    /// @param work what is to run in it
    record Need(Identity who, String database, Footprint work) {
        /// For a statement of the fleet's own.
        static final Need OF_NODE = new Need(Identity.NODE, "", Footprint.LOCKS);
    }

    /// @throws FlotillaException `Overloaded` if none is free within the deadline; `Unauthenticated` if the server does not
    ///     take it for who it says; what the server says if the database cannot be used
    /// @throws SQLException if the server does not take a new connection, or the session is lost
    Session borrow(Need need, Deadline deadline) throws SQLException, InterruptedException {
        Identity who = need.who();
        if (!shares.tryAcquire(who, deadline)) {
            throw new FlotillaException(
                    Failure.OVERLOADED, "all " + name + " of " + who.user() + " are busy");
        }
        boolean borrowed = false;
        boolean permitted = false;
        try {
            permitted = permits.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            if (!permitted) {
                throw new FlotillaException(
                        Failure.OVERLOADED, "all " + limit + " " + name + " are busy");
            }
            Session session = take(who, need.database(), need.work());
            borrowed = true;
            return session;
        } finally {
            if (!borrowed) {
                shares.release(who);
                permits.release(permitted ? 1 : 0);
            }
        }
    }

    private Session take(Identity who, String database, Footprint work) throws SQLException {
        endOld();
        Session fitting = clean(takeIdle(who, database), work);
        if (fitting != null) {
            return fitting;
        }
        Session other = clean(takeIdle(who), work);
        if (other != null && database.isEmpty()) {
            // A session cannot be without a database again.
            end(other);
            other = null;
        }
        Session session = other == null ? connect(who) : other;
        if (!database.isEmpty()) {
            use(session, database);
        }
        return session;
    }

    /// INVARIANT: nobody gets a session before the reset that it owes is on its way.
    ///
    /// @return null if there is none, or it is lost
    private @Nullable Session clean(@Nullable Session session, Footprint work) {
        if (session != null && session.owesReset(work, KEEPS_TRACES)) {
            try {
                session.sendReset();
            } catch (SQLException e) {
                LOG.debug("a session of {} could not be reset", name, e);
                end(session);
                return null;
            }
        }
        return session;
    }

    private void use(Session session, String database) throws SQLException {
        try {
            session.use(database);
        } catch (SQLException e) {
            if (!SqlFailures.fromServer(e)) {
                end(session);
                throw e;
            }
            if (!keep(session)) {
                end(session);
            }
            throw SqlFailures.of(e);
        }
    }

    /// The one that has been idle for the longest.
    private synchronized @Nullable Session takeIdle(Identity who) {
        for (Iterator<Session> all = idle.descendingIterator(); all.hasNext(); ) {
            Session session = all.next();
            if (session.owner().equals(who)) {
                all.remove();
                return session;
            }
        }
        return null;
    }

    private synchronized @Nullable Session takeIdle(Identity who, String database) {
        for (Iterator<Session> all = idle.iterator(); all.hasNext(); ) {
            Session session = all.next();
            if (session.owner().equals(who) && session.isIn(database)) {
                all.remove();
                return session;
            }
        }
        return null;
    }

    private Session connect(Identity who) throws SQLException {
        endSurplus();
        return logins.open(server, who, pins);
    }

    /// Idle sessions of others make room: idle ones and those in use are `limit` together.
    private void endSurplus() {
        while (true) {
            Session surplus;
            synchronized (this) {
                if (idle.size() <= permits.availablePermits()) {
                    return;
                }
                surplus = idle.removeLast();
            }
            end(surplus);
        }
    }

    /// Idle sessions that are not to be used any more.
    private void endOld() {
        List<Session> old = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            for (Iterator<Session> all = idle.iterator(); all.hasNext(); ) {
                Session session = all.next();
                if (now - session.idleSince() > maxIdle.toNanos() || distrusted(session, now)) {
                    all.remove();
                    old.add(session);
                }
            }
        }
        old.forEach(this::end);
    }

    private boolean distrusted(Session session, long now) {
        return !session.owner().isNode() && now - session.loggedIn() > logins.trust().toNanos();
    }

    void giveBack(Session session, Use use) {
        switch (use) {
            case CLEAN -> giveBack(session, true);
            case TRACED -> giveBackUsed(session, session.changed());
            case BY_CLIENT -> giveBackUsed(session, true);
            case HOLDING -> giveBackReset(session);
            case DOUBTFUL -> RESETS.execute(() -> giveBackReset(session));
            case SPOILT -> giveBack(session, false);
        }
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
            shares.release(session.owner());
        }
    }

    /// Takes back a session in which a client's own statements have run. Whoever uses it next finds it as good as new, as far as
    /// what it runs could tell. Under load that is soon, and the reset then costs the server no wake-up of its own: it is sent just ahead of what comes next,
    /// or when nothing has come for [#RESET_AFTER].
    ///
    /// @param visibly whether any statement may see what was left
    private void giveBackUsed(Session session, boolean visibly) {
        boolean putOff = visibly ? session.oweReset() : session.oweResetUnlessBlind();
        if (!putOff) {
            giveBackReset(session);
            return;
        }
        giveBack(session, true);
        synchronized (this) {
            if (sweeping || closed) {
                return;
            }
            sweeping = true;
        }
        // It sleeps for 5 ms again and again: a virtual one is woken by way of two others.
        Thread.ofPlatform().daemon().name("sql-sweep").start(this::sweep);
    }

    /// Resets what is idle and owes it, until nothing does.
    private void sweep() {
        while (anyOwes()) {
            try {
                Thread.sleep(RESET_AFTER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            // As a borrower, so that there are never more sessions than the limit.
            while (permits.tryAcquire()) {
                try {
                    Session late = takeLate();
                    if (late == null) {
                        break;
                    }
                    reset(late);
                } finally {
                    permits.release();
                }
            }
        }
    }

    private synchronized boolean anyOwes() {
        sweeping = idle.stream().anyMatch(Session::owesReset);
        return sweeping;
    }

    private synchronized @Nullable Session takeLate() {
        long now = System.nanoTime();
        for (Iterator<Session> all = idle.iterator(); all.hasNext(); ) {
            Session session = all.next();
            if (session.owesReset(Footprint.TRACES, KEEPS_TRACES)
                    && now - session.idleSince() >= RESET_AFTER.toNanos()) {
                all.remove();
                return session;
            }
        }
        return null;
    }

    private void reset(Session late) {
        if (clean(late, Footprint.LOCKS) != null && !keep(late)) {
            end(late);
        }
    }

    /// The same, when the reset has been answered: who is told of the statement after this finds nothing held any more.
    private void giveBackReset(Session session) {
        boolean reset = false;
        try {
            session.reset();
            reset = true;
        } catch (SQLException e) {
            LOG.debug("a session of {} could not be reset", name, e);
        } finally {
            giveBack(session, reset);
        }
    }

    private boolean keep(Session session) {
        endOld();
        long now = System.nanoTime();
        synchronized (this) {
            if (closed || distrusted(session, now)) {
                return false;
            }
            session.idleFrom(now);
            idle.addFirst(session);
            return true;
        }
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

    /// Ends what a borrowed session does, for want of anybody who waits for it. KILL SOFT: a session that waits for its
    /// commit goes on waiting (docs/design.md, section 8). It is not used again.
    void abandon(Session busy) {
        try {
            Session helper = logins.open(server, busy.owner(), pins);
            try {
                helper.execute("KILL SOFT QUERY " + busy.id());
            } finally {
                end(helper);
            }
        } catch (SQLException | FlotillaException e) {
            LOG.info("a statement nobody waits for could not be interrupted: {}", e.getMessage());
        }
    }

    synchronized PoolUse use() {
        int busy = limit - permits.availablePermits();
        return new PoolUse(name, limit, busy, idle.size(), permits.getQueueLength());
    }
}
