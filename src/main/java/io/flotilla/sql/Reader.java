package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs queries. The deadline is for the first row of each; then a result may take as long as `maxStream`.
final class Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

    private final SqlConfig config;

    Reader(SqlConfig config) {
        this.config = config;
    }

    /// @param snapshot whether all queries see one state of the data
    /// @return false when the server takes no session; nothing was executed, nothing given to the sink
    /// @throws FlotillaException `Unknown` when the server was lost while it ran a query
    boolean read(
            SessionPool pool,
            Identity who,
            String database,
            List<Query> queries,
            boolean snapshot,
            Deadline deadline,
            AnswerSink sink)
            throws IOException, InterruptedException {
        Footprint work = Footprint.all(queries.stream().map(Query::footprint));
        SessionPool.Need need = new SessionPool.Need(who, database, work);
        while (true) {
            Session session;
            try {
                session = pool.borrow(need, deadline);
            } catch (SQLException e) {
                LOG.debug("no new session for a reader", e);
                return false;
            }
            boolean fresh = fresh(session);
            if (fresh
                    && new QueryRun(pool, session, queries, snapshot, config, deadline, sink)
                            .run()) {
                return true;
            }
            if (!fresh) {
                pool.giveBack(session, false);
            }
            if (deadline.over()) {
                throw new FlotillaException(Failure.UNAVAILABLE, "this node's server was lost");
            }
        }
    }

    /// Whether the session has just answered: one that the server has ended without a word would be taken for a server that
    /// died of the query.
    private boolean fresh(Session session) {
        try {
            session.freshen(config.trustIdle());
            return true;
        } catch (SQLException e) {
            LOG.debug("a reader's session was stale", e);
            return false;
        }
    }
}
