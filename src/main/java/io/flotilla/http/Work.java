package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.replication.Reign;
import io.flotilla.sql.LocalSql;
import java.io.IOException;
import javax.sql.DataSource;

/// What a request asks for, read and found well-formed, before it is known where it will be done.
sealed interface Work {
    /// Something that only the leader can do, and that is done once.
    non-sealed interface Change extends Work {
        /// Does it in a reign of this node, and answers.
        ///
        /// @return false when nothing was executed, so that another node may do it; nothing was answered
        boolean doHere(LocalSql sql, Reign reign, Deadline deadline, Response response)
                throws IOException, InterruptedException;
    }

    /// Something that changes nothing, so that any node's server may answer it.
    non-sealed interface Read extends Work {
        ReadTerms terms();

        /// Reads from this node's server, and answers.
        ///
        /// @return false when that server does not serve; nothing was executed or answered
        boolean readHere(LocalSql sql, DataSource server, Deadline deadline, Response response)
                throws IOException, InterruptedException;
    }
}
