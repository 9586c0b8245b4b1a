package io.flotilla.engine;

import io.flotilla.binlog.FeedAddress;
import io.flotilla.binlog.Gtid;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/// A server that follows: its position, and its replica threads. Every method may throw [EngineException].
public final class ReplicaControl {
    /// Says whether the feed is still there (it sends a heartbeat when it has nothing else).
    private static final int HEARTBEAT_SECONDS = 2;

    private final AdminSessions sessions;
    private final DiskControl disk;
    private final RunLedger ledger;

    ReplicaControl(AdminSessions sessions, DiskControl disk, RunLedger ledger) {
        this.sessions = sessions;
        this.disk = disk;
        this.ledger = ledger;
    }

    /// The last transaction that the replica threads have applied; part of the same InnoDB transaction as its rows.
    /// [Gtid#NONE] when there is none.
    ///
    /// @throws IllegalArgumentException when the server names several domains
    public Gtid gtidSlavePos() {
        return Gtid.parse(sessions.value("SELECT @@global.gtid_slave_pos").orElse(""));
    }

    /// Only while no replica thread runs. Not yet durable: see [#settle].
    public void setGtidSlavePos(Gtid position) {
        sessions.execute("SET GLOBAL gtid_slave_pos='" + position + "'");
    }

    /// Says where a server stands that has been a leader and was rolled back: sets the position, and makes it durable.
    public void settle(Gtid position) {
        setGtidSlavePos(position);
        disk.flushEngineLogs();
    }

    /// The server is a follower's in the record of its run from now on: after a crash it is taken at its word. So not
    /// before it is settled, and what else is kept of a follower says so.
    public void recordFollowing() {
        ledger.following();
    }

    /// Where to fetch from; the position is `gtid_slave_pos`. Only while no replica thread runs.
    public void changeMaster(FeedAddress feed) {
        sessions.executeSecretly(
                "CHANGE MASTER TO " + feed,
                """
                CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='%s', MASTER_PASSWORD='%s',
                  MASTER_USE_GTID=slave_pos, MASTER_SSL=0, MASTER_SSL_VERIFY_SERVER_CERT=0,
                  MASTER_HEARTBEAT_PERIOD=%d, MASTER_CONNECT_RETRY=1
                """
                        .formatted(
                                feed.host(),
                                feed.port(),
                                feed.user(),
                                feed.password(),
                                HEARTBEAT_SECONDS));
    }

    public void startReplica() {
        sessions.execute("START SLAVE");
    }

    /// Stops both threads (a transaction being applied is finished first) and forgets the feed.
    public void stopReplica() {
        sessions.execute("STOP SLAVE");
        sessions.execute("RESET SLAVE ALL");
    }

    /// Lets the I/O thread connect again now instead of after its retry time.
    public void reconnect() {
        sessions.execute("STOP SLAVE IO_THREAD");
        sessions.execute("START SLAVE IO_THREAD");
    }

    public ReplicaStatus replicaStatus() {
        return sessions.query("SHOW SLAVE STATUS", sessions.patience(), ReplicaControl::read);
    }

    /// Whether what applies the log waits for a lock at this moment: of a definition, a table or a row.
    public boolean waitsForLock() {
        return sessions.query(
                """
                SELECT EXISTS (
                  SELECT 1 FROM information_schema.processlist p
                  WHERE p.user = 'system user'
                    AND (p.state LIKE 'Waiting for % lock'
                      OR p.id IN (SELECT trx_mysql_thread_id FROM information_schema.innodb_trx
                                  WHERE trx_state = 'LOCK WAIT')))
                """,
                sessions.patience(), row -> row.next() && row.getBoolean(1));
    }

    /// What the server has done so far with rows and pages, counted: a number that changes while it does anything for a
    /// transaction, be it that it looks for one row in a large table.
    public long work() {
        return sessions.query(
                """
                SELECT CAST(SUM(variable_value) AS UNSIGNED) FROM information_schema.global_status
                WHERE variable_name IN ('HANDLER_WRITE', 'HANDLER_UPDATE', 'HANDLER_DELETE',
                  'INNODB_BUFFER_POOL_READ_REQUESTS')
                """,
                sessions.patience(),
                row -> row.next() ? row.getLong(1) : 0);
    }

    private static ReplicaStatus read(ResultSet row) throws SQLException {
        if (!row.next()) {
            return ReplicaStatus.NONE;
        }
        return new ReplicaStatus(
                row.getString("Slave_IO_Running").equals("Yes"),
                row.getString("Slave_SQL_Running").equals("Yes"),
                row.getInt("Last_IO_Errno"),
                row.getString("Last_IO_Error"),
                row.getInt("Last_SQL_Errno"),
                row.getString("Last_SQL_Error"),
                row.getString("Gtid_IO_Pos"));
    }

    /// Waits until the server shows the transaction; false when it does not within `patience`. (0.4-0.5 ms when it is
    /// about to arrive.)
    public boolean waitApplied(Gtid position, Duration patience) {
        if (position.equals(Gtid.NONE)) {
            return true;
        }
        String sql =
                "SELECT MASTER_GTID_WAIT('%s', %d.%06d)"
                        .formatted(position, patience.toSeconds(), patience.toNanosPart() / 1000);
        return sessions.value(sql, patience.plus(sessions.patience())).orElse("").equals("0");
    }
}
