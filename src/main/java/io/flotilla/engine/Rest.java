package io.flotilla.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server whose data files are what it has in memory, and stay so: every changed page is written, and nothing changes.
///
/// The backup lock keeps commits, DDL and Aria's tables still; that InnoDB itself (purge, statistics) does nothing is not
/// enforced but seen: each change moves the end of its log. INVARIANT: when no page is changed at the begin, and the end
/// of the log is at the end where it was at the begin, no byte of a tablespace was written in between (a page is only
/// written when it was changed, and a change has a log record).
public final class Rest implements AutoCloseable {
    /// Twice in a row the same, this far apart.
    private static final Duration LOOK = Duration.ofMillis(20);

    /// In this order; BLOCK_COMMIT includes the tables of Aria and the binlog.
    private static final String[] STAGES = {"START", "FLUSH", "BLOCK_DDL", "BLOCK_COMMIT"};

    private static final Logger LOG = LoggerFactory.getLogger(Rest.class);

    private final AdminSessions sessions;
    private final Connection lock;
    private long end;

    private Rest(AdminSessions sessions, Connection lock) {
        this.sessions = sessions;
        this.lock = lock;
    }

    static Rest begin(AdminSessions sessions, Duration patience, BooleanSupplier giveUp)
            throws InterruptedException {
        try {
            Rest rest = new Rest(sessions, sessions.open());
            try {
                rest.hold();
                rest.await(patience, giveUp);
                return rest;
            } catch (InterruptedException | RuntimeException e) {
                rest.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new EngineException("The server's files cannot be brought to rest", e);
        }
    }

    private void hold() {
        try (Statement statement = lock.createStatement()) {
            for (String stage : STAGES) {
                statement.execute("BACKUP STAGE " + stage);
            }
        } catch (SQLException e) {
            throw new EngineException(
                    "The server's files cannot be held still: " + e.getMessage(),
                    e.getErrorCode(),
                    e);
        }
    }

    /// Waits until everything changed is written, anew.
    ///
    /// @throws EngineException when it is not within `patience`
    public void again(Duration patience) throws InterruptedException {
        await(patience, () -> false);
    }

    private void await(Duration patience, BooleanSupplier giveUp) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        long seen = -1;
        while (true) {
            sessions.execute("FLUSH LOCAL ENGINE LOGS");
            long now = sessions.status("Innodb_lsn_current");
            boolean written = changedPages() == 0 && sessions.status("Innodb_lsn_flushed") == now;
            if (written && seen == now && sessions.status("Innodb_lsn_current") == now) {
                end = now;
                return;
            }
            seen = written ? now : -1;
            if (System.nanoTime() > until || giveUp.getAsBoolean()) {
                throw new EngineException(
                        "The server's files did not come to rest: %d changed pages are not written"
                                .formatted(changedPages()));
            }
            Thread.sleep(LOOK);
        }
    }

    private long changedPages() {
        return sessions.status("Innodb_buffer_pool_pages_dirty");
    }

    /// Whether nothing has been written since [DataFiles#rest] or [#again] returned.
    public boolean undisturbed() {
        return sessions.status("Innodb_lsn_current") == end && changedPages() == 0;
    }

    /// Where InnoDB's log ends.
    public long lsn() {
        return end;
    }

    /// Lets the server go on.
    @Override
    public void close() {
        try {
            // The session's end is the lock's end; a server that is gone has neither.
            lock.close();
        } catch (SQLException e) {
            LOG.debug("the session that held the files", e);
        }
    }
}
