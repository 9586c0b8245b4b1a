package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.Opening.AbandonedException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Some queries, one after the other, in one session that cannot write.
///
/// A single query relies on the session's own `tx_read_only`; several run in one read-only transaction, so that no query
/// can make the next one a writer.
final class QueryRun {
    private static final Logger LOG = LoggerFactory.getLogger(QueryRun.class);

    private final SessionPool pool;
    private final Session session;
    private final List<Query> queries;
    private final boolean snapshot;
    private final SqlConfig config;
    private final Deadline deadline;
    private final AnswerSink sink;
    private boolean answered;
    private boolean whole;
    private boolean ours = true;

    /// @param session borrowed; given back by this
    QueryRun(
            SessionPool pool,
            Session session,
            List<Query> queries,
            boolean snapshot,
            SqlConfig config,
            Deadline deadline,
            AnswerSink sink) {
        this.pool = pool;
        this.session = session;
        this.queries = queries;
        this.snapshot = snapshot;
        this.config = config;
        this.deadline = deadline;
        this.sink = sink;
    }

    /// @return false when the session was lost before anything was given to the sink
    boolean run() throws IOException {
        try {
            if (queries.size() > 1) {
                session.execute(
                        snapshot
                                ? "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
                                : "START TRANSACTION READ ONLY");
            }
            for (Query query : queries) {
                whole = false;
                answer(query);
            }
            return true;
        } catch (SQLException e) {
            if (answered) {
                throw new FlotillaException(
                        Failure.UNAVAILABLE, "the server was lost in the middle of the answer", e);
            }
            LOG.debug("a reader's session was lost before its first row", e);
            return false;
        } finally {
            giveBack();
        }
    }

    private void answer(Query query) throws SQLException, IOException {
        Cursor cursor;
        try {
            cursor = Opening.open(pool, session, query, config, deadline);
        } catch (SQLException e) {
            if (SqlFailures.sessionLost(e)) {
                throw e;
            }
            answered = true;
            whole = true;
            sink.failed(SqlFailures.of(e));
            return;
        } catch (AbandonedException e) {
            ours = false;
            throw e.failure();
        }
        answered = true;
        copy(cursor);
    }

    private void copy(Cursor cursor) throws SQLException, IOException {
        Deadline end = Deadline.in(config.maxStream());
        RowSink rows = sink.rows();
        try {
            rows.begin(cursor.columns());
            while (cursor.copyNext(rows)) {
                if (end.over()) {
                    throw new FlotillaException(
                            Failure.REJECTED, "the result took longer than " + config.maxStream());
                }
            }
            cursor.finish();
            whole = true;
        } catch (SQLException e) {
            if (SqlFailures.sessionLost(e)) {
                throw e;
            }
            throw SqlFailures.of(e);
        }
        rows.end();
    }

    /// A session whose result was not read to its end is given up: closing the result would read all the rest.
    private void giveBack() {
        if (!ours) {
            return;
        }
        if (whole && queries.stream().anyMatch(Query::touchesSession)) {
            pool.giveBackUsed(session);
        } else {
            pool.giveBack(session, whole);
        }
    }
}
