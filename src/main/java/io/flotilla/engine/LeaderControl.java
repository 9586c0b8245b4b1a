package io.flotilla.engine;

import io.flotilla.binlog.Gtid;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server that leads: the steps of its promotion and of its return. Every method may throw [EngineException].
///
/// The order of a promotion is the caller's (docs/design.md, section 5): replica threads stopped, no strays, [#startReign], tap
/// attached, events enabled, [#openForWrites].
public final class LeaderControl {
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int NO_SUCH_THREAD = 1094;

    /// A killed session ends in milliseconds, or in the middle of a statement that looks seldom whether it was killed.
    private static final Duration SESSIONS_END = Duration.ofSeconds(5);

    /// How often sessions that log in are left alone.
    private static final int LOGIN_LOOKS = 20;

    private static final Duration SESSIONS_LOOK = Duration.ofMillis(2);
    private static final Logger LOG = LoggerFactory.getLogger(LeaderControl.class);

    private final AdminSessions sessions;
    private final DiskControl disk;
    private final RunLedger ledger;
    private final EngineFiles files;
    private final long followerServerId;

    LeaderControl(
            AdminSessions sessions,
            DiskControl disk,
            RunLedger ledger,
            EngineFiles files,
            long followerServerId) {
        this.sessions = sessions;
        this.disk = disk;
        this.ledger = ledger;
        this.files = files;
        this.followerServerId = followerServerId;
    }

    /// Makes the server write transactions of reign `term` that follow `before`, in a binlog of its own. Still read-only.
    ///
    /// In this order: everything applied is durable; the record of the run says "leading" with the new binlog's number
    /// and `before`; the binlog begins anew at that number (without waiting commits: RESET MASTER would let them
    /// through); the position is set to its own value, else the counter would begin at 1; new sessions write as `term`.
    ///
    /// @param before the server's position, equal to the log's (I5)
    /// @return the number of the new binlog
    public long startReign(long term, Gtid before) {
        if (term <= 0 || term >= EngineConfig.FOLLOWER_SERVER_ID) {
            throw new IllegalArgumentException("a reign's server id cannot be " + term);
        }
        disk.flushEngineLogs();
        long first = ledger.nextBinlog(files.highestBinlogFile());
        ledger.leading(term, first, before);
        resetBinlogs(first, before);
        setServerId(term);
        return first;
    }

    /// Makes a leader that is drained a follower at `position`: read-only already, tap closed, no session of a client
    /// left. The position is durable before the record says "following"; the binlog of the reign is thrown away.
    public void endReign(Gtid position) {
        long fresh = ledger.nextBinlog(files.highestBinlogFile());
        ledger.seen(fresh);
        disableEvents();
        resetBinlogs(fresh, position);
        setServerId(followerServerId);
        disk.flushEngineLogs();
        ledger.following();
    }

    private void resetBinlogs(long first, Gtid position) {
        sessions.execute("RESET MASTER TO " + first);
        sessions.execute("SET GLOBAL gtid_slave_pos='" + position + "'");
    }

    /// New sessions take it; none of the old ones may write.
    private void setServerId(long id) {
        sessions.execute("SET GLOBAL server_id=" + id);
    }

    /// The doors' last step: writes are possible, each held until the tap acknowledges it.
    public void openForWrites() {
        sessions.execute("SET GLOBAL read_only=OFF");
    }

    /// Makes the server read-only unless a commit is in flight.
    ///
    /// @return false when one is: try again, or kill. (A plain SET GLOBAL would wait for it, and new writes would queue
    ///     behind.)
    public boolean closeForWrites() {
        try {
            sessions.execute("SET STATEMENT lock_wait_timeout=0 FOR SET GLOBAL read_only=ON");
            return true;
        } catch (EngineException e) {
            if (e.errno() == LOCK_WAIT_TIMEOUT) {
                LOG.debug("a commit is in flight", e);
                return false;
            }
            throw e;
        }
    }

    /// Transactions in the server's own binlog; empty after [#startReign] and on every follower, where anything else is a
    /// stray (I5). As the server writes it.
    public String binlogPosition() {
        return sessions.value("SELECT @@global.gtid_binlog_pos").orElse("");
    }

    /// What the binlog has ever held since it was begun anew, strays of other domains included.
    public String strayGtids() {
        return sessions.value(
                        "SELECT TRIM(BOTH ',' FROM CONCAT(@@global.gtid_binlog_state, ',', @@global.gtid_binlog_pos))")
                .orElse("");
    }

    /// How many sessions read the binlog: none before a tap is attached (I1).
    public int dumpThreads() {
        return (int)
                sessions.number(
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'");
    }

    /// The exact measure of what has become visible (docs/design.md, section 5, reads): grows by one with each transaction for
    /// which [io.flotilla.binlog.Slice#countsAsCommit] is true.
    public long binlogCommits() {
        return sessions.status("Binlog_commits");
    }

    /// Deletes binlog files before `file`. The server keeps those it may still need for its own recovery: call
    /// [DiskControl#flushEngineLogs] first.
    public void purgeBinlogsTo(String file) {
        sessions.execute("PURGE BINARY LOGS TO '" + file + "'");
    }

    /// ON while leading: what a client's session let through must apply on every follower, where it is OFF.
    public void innodbStrictMode(boolean on) {
        sessions.execute("SET GLOBAL innodb_strict_mode=" + (on ? "ON" : "OFF"));
    }

    /// Runs events here, and nowhere else. Replicated ones are marked SLAVESIDE_DISABLED: they are enabled under their
    /// own definer, unlogged. (A follower cannot tell an event that its owner has disabled: docs/notes/sql.md.)
    public void enableEvents() {
        try (Connection connection = sessions.open()) {
            for (Event event : slavesideDisabled(connection)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(event.enabling());
                }
            }
        } catch (SQLException e) {
            throw new EngineException(
                    "Events could not be enabled: " + e.getMessage(), e.getErrorCode(), e);
        }
        sessions.execute("SET GLOBAL event_scheduler=ON");
    }

    /// Ends every session that is not ours and waits until they are gone: a session keeps the `server_id` it began with.
    /// Sessions that have not logged in yet, which may be ours, are given a moment to do so or to go.
    ///
    /// To be called while no commit waits: a hard KILL would let it through.
    ///
    /// @throws EngineException also if one of them does not end in time
    public void endClientSessions() {
        long until = System.nanoTime() + SESSIONS_END.toNanos();
        List<Session> left = clientSessions();
        for (int look = 0; !left.isEmpty(); look++) {
            for (Session session : left) {
                if (session.loggedIn() || look >= LOGIN_LOOKS) {
                    endSession(session.id());
                }
            }
            pause();
            left = clientSessions();
            if (!left.isEmpty() && System.nanoTime() - until > 0) {
                throw new EngineException("Sessions of clients do not end: " + left);
            }
        }
    }

    private record Session(long id, boolean loggedIn) {}

    private List<Session> clientSessions() {
        return sessions.query(
                """
                SELECT id, user <> 'unauthenticated user' FROM information_schema.processlist
                WHERE user NOT LIKE 'flotilla\\_%' AND user NOT IN ('system user', 'event_scheduler')
                """,
                sessions.patience(),
                rows -> {
                    List<Session> found = new ArrayList<>();
                    while (rows.next()) {
                        found.add(new Session(rows.getLong(1), rows.getBoolean(2)));
                    }
                    return found;
                });
    }

    private void endSession(long id) {
        try {
            sessions.execute("KILL HARD CONNECTION " + id);
        } catch (EngineException e) {
            if (e.errno() != NO_SUCH_THREAD) {
                throw e;
            }
            LOG.debug("session {} has ended by itself", id);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(SESSIONS_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("Interrupted while sessions of clients ended", e);
        }
    }

    public void disableEvents() {
        sessions.execute("SET GLOBAL event_scheduler=OFF");
    }

    private static List<Event> slavesideDisabled(Connection connection) throws SQLException {
        List<Event> events = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT db, name, definer FROM mysql.event WHERE status = 'SLAVESIDE_DISABLED'")) {
            while (rows.next()) {
                events.add(new Event(rows.getString(1), rows.getString(2), rows.getString(3)));
            }
        }
        return events;
    }

    private record Event(String database, String name, String definer) {
        String enabling() {
            int at = definer.lastIndexOf('@');
            return "ALTER DEFINER=%s@%s EVENT %s.%s ENABLE"
                    .formatted(
                            quoted(definer.substring(0, at)),
                            quoted(definer.substring(at + 1)),
                            quoted(database),
                            quoted(name));
        }

        private static String quoted(String name) {
            return "`" + name.replace("`", "``") + "`";
        }
    }
}
