package io.flotilla.sql;

import io.flotilla.failure.Asker;
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
    private boolean whole;
    private boolean failed;
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

    /// @return false when the session was lost before a query was sent
    /// @throws FlotillaException `Unknown` when the server was lost while it ran one: it may have died of it, and nobody is
    ///     to send it to another
    boolean run() throws IOException {
        try {
            if (!begun()) {
                return false;
            }
            for (Query query : queries) {
                whole = false;
                answer(query);
            }
            return true;
        } finally {
            giveBack();
        }
    }

    private boolean begun() {
        if (queries.size() == 1) {
            return true;
        }
        try {
            session.execute(
                    snapshot
                            ? "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
                            : "START TRANSACTION READ ONLY");
            return true;
        } catch (SQLException e) {
            LOG.debug("a reader's session was lost before its first query", e);
            return false;
        }
    }

    private static FlotillaException lost(Query query, SQLException loss) {
        LOG.warn(
                "the server was lost while this ran, which is not sent anywhere again: {}",
                Named.withoutValues(query.sql()));
        return SqlFailures.unknown("the server was lost while the query was under way", loss);
    }

    private void answer(Query query) throws IOException {
        Cursor cursor;
        try {
            cursor = Opening.open(pool, session, query, config, deadline);
        } catch (SQLException e) {
            if (SqlFailures.sessionLost(e)) {
                throw lost(query, e);
            }
            whole = true;
            failed = true;
            sink.failed(SqlFailures.of(e));
            return;
        } catch (AbandonedException e) {
            ours = false;
            throw e.failure();
        }
        copy(query, cursor);
    }

    private void copy(Query query, Cursor cursor) throws IOException {
        Deadline end = Deadline.in(config.maxStream());
        RowSink rows = sink.rows();
        Asker.Ending left = deadline.asker().whenGone(() -> pool.abandon(session));
        try {
            rows.begin(cursor.columns());
            while (cursor.copyNext(rows)) {
                if (end.over()) {
                    throw new FlotillaException(
                            Failure.REJECTED, "the result took longer than " + config.maxStream());
                }
            }
            cursor.finish();
            left.close();
            whole = !left.ran();
        } catch (SQLException e) {
            throw SqlFailures.sessionLost(e) ? lost(query, e) : SqlFailures.of(e);
        } finally {
            left.close();
        }
        rows.end();
    }

    /// A session whose result was not read to its end is given up: closing the result would read all the rest.
    private void giveBack() {
        if (!ours) {
            return;
        }
        pool.giveBack(session, use());
    }

    private SessionPool.Use use() {
        if (!whole) {
            return SessionPool.Use.SPOILT;
        }
        if (failed) {
            return SessionPool.Use.DOUBTFUL;
        }
        // Several have left a transaction open.
        Footprint own = queries.size() == 1 ? Footprint.TRACES : Footprint.STATE;
        return SessionPool.Use.after(
                own.and(Footprint.all(queries.stream().map(Query::footprint))));
    }
}
