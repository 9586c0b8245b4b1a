package io.flotilla.engine;

import java.util.List;

/// How a server's process ended.
///
/// @param code its exit code; 128 plus the signal's number when a signal ended it
/// @param cause why, as far as we know
/// @param lastLines the last of what it said, for the person who reads the log
public record ServerExit(int code, Cause cause, List<String> lastLines) {
    public ServerExit {
        lastLines = List.copyOf(lastLines);
    }

    public enum Cause {
        /// We asked it to stop.
        STOPPED,
        /// We killed it.
        KILLED,
        /// It said that it would go on without its binlog, and was killed for it (I4).
        BINLOG_LOST,
        /// It ended by itself, or somebody else ended it.
        DIED
    }
}
