package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.Server;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/// How far a following server has applied the log, on a connection of its own; the watermark of reads and of the gate.
final class AppliedPosition implements AutoCloseable {
    /// A wait at the server and the position after it, in one round trip. Only the seq counts in a wait (measured).
    private static final String QUESTION = "SELECT MASTER_GTID_WAIT(?, ?), @@gtid_slave_pos";

    private final Connection connection;
    private final PreparedStatement question;
    private final long domain;
    private final Watermark watermark;

    private AppliedPosition(
            Connection connection, PreparedStatement question, long domain, long known) {
        this.connection = connection;
        this.question = question;
        this.domain = domain;
        this.watermark = new Watermark(known, this::ask);
    }

    static AppliedPosition of(Server server, long domain) {
        try {
            Connection connection = server.admin();
            return new AppliedPosition(
                    connection,
                    connection.prepareStatement(QUESTION),
                    domain,
                    server.replica().gtidSlavePos().seq());
        } catch (SQLException e) {
            throw new ServerTrouble("its position cannot be watched", e);
        }
    }

    Watermark watermark() {
        return watermark;
    }

    private long ask(long target, Duration patience) {
        try {
            question.setString(1, domain + "-1-" + target);
            question.setDouble(2, patience.toMillis() / 1000.0);
            try (ResultSet answer = question.executeQuery()) {
                answer.next();
                // The variable may have been read before the wait: it says too little then, never
                // too much.
                long position = Gtid.parse(answer.getString(2)).seq();
                return answer.getInt(1) == 0 ? Math.max(position, target) : position;
            }
        } catch (SQLException e) {
            throw new ServerTrouble("it does not tell its position", e);
        }
    }

    @Override
    public void close() {
        watermark.close();
        try {
            connection.close();
        } catch (SQLException e) {
            // The server is gone; so is the connection.
        }
    }
}
