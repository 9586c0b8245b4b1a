package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.Server;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/// How far a following server has applied the log, on a connection of its own; the watermark of reads and of the gate.
final class AppliedPosition implements AutoCloseable {
    /// A wait at the server and the position after it, in one round trip. Only the seq counts in a wait (measured).
    private static final String QUESTION = "SELECT MASTER_GTID_WAIT(?, ?), @@gtid_slave_pos";

    private final RepeatedQuestion question;
    private final long domain;
    private final Watermark watermark;

    private AppliedPosition(RepeatedQuestion question, long domain, long known) {
        this.question = question;
        this.domain = domain;
        this.watermark = new Watermark(known, this::ask);
    }

    static AppliedPosition of(Server server, long domain) {
        try {
            return new AppliedPosition(
                    RepeatedQuestion.prepare(server::admin, QUESTION),
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
            return question.ask(asked -> position(asked, target, patience));
        } catch (SQLException e) {
            throw new ServerTrouble("it does not tell its position", e);
        }
    }

    private long position(PreparedStatement asked, long target, Duration patience)
            throws SQLException {
        asked.setString(1, domain + "-1-" + target);
        asked.setDouble(2, patience.toMillis() / 1000.0);
        try (ResultSet answer = asked.executeQuery()) {
            answer.next();
            // The variable may have been read before the wait: it says too little then, never
            // too much.
            long position = Gtid.parse(answer.getString(2)).seq();
            return answer.getInt(1) == 0 ? Math.max(position, target) : position;
        }
    }

    @Override
    public void close() {
        watermark.close();
        question.close();
    }
}
