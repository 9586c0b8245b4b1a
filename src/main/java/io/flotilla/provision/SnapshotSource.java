package io.flotilla.provision;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.DataFiles;
import io.flotilla.engine.Rest;

/// Where the data of a copy come from: this node's server, as long as it is proved. Thread-safe.
public interface SnapshotSource {
    /// The files of the server that runs now.
    ///
    /// @param leadersToo whether a leader's will do, whose clients wait while its files rest
    /// @throws SnapshotException if this node has no data to give
    DataFiles files(boolean leadersToo) throws SnapshotException;

    /// Brings these files to rest; blocks until they are. At most one pause at a time.
    ///
    /// @throws SnapshotException if that cannot be now, or it is another server by now
    Pause pause(DataFiles files) throws SnapshotException, InterruptedException;

    /// The server's files rest. It ends with [#close], or earlier, when the node has something better to do: then the
    /// files have changed, and [Rest#undisturbed] tells.
    interface Pause extends AutoCloseable {
        /// Where the data stand now. It is the copy's position if the files were [Rest#undisturbed] after this was asked.
        Gtid position();

        Rest rest();

        /// Whether the node has not ended it.
        boolean held();

        @Override
        void close();
    }
}
