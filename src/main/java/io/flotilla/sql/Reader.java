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

    /// Sessions that may prove stale at their first use before this gives up: each costs one failed round trip.
    private static final int MAX_STALE = 64;

    private final SqlConfig config;

    Reader(SqlConfig config) {
        this.config = config;
    }

    /// @param database default database; empty for none
    /// @param snapshot whether all queries see one state of the data
    /// @return false when the server takes no session; nothing was given to the sink
    boolean read(
            SessionPool pool,
            String database,
            List<Query> queries,
            boolean snapshot,
            Deadline deadline,
            AnswerSink sink)
            throws IOException, InterruptedException {
        for (int stale = 0; stale < MAX_STALE; stale++) {
            Session session;
            try {
                session = pool.borrow(database, deadline);
            } catch (SQLException e) {
                LOG.debug("no new session for a reader", e);
                return false;
            }
            if (new QueryRun(pool, session, queries, snapshot, config, deadline, sink).run()) {
                return true;
            }
            if (deadline.over()) {
                throw new FlotillaException(Failure.UNAVAILABLE, "this node's server was lost");
            }
        }
        return false;
    }
}
