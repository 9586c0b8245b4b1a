package io.flotilla.replication;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to write before it is of use waits here until the disk takes anything at all: a server that is started, or
/// whose data are replaced, on a full disk is lost for nothing. The log goes on taking part in consensus meanwhile, as far
/// as a full disk lets it.
final class RoomWait {
    private static final Logger log = LoggerFactory.getLogger(RoomWait.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    private RoomWait() {}

    /// Returns when the disk is not exhausted ([io.flotilla.consensus.DiskRoom]); on the role thread.
    ///
    /// @return false when a stop was asked for
    static boolean over(Parts parts) throws InterruptedException {
        boolean told = false;
        while (parts.raft().room().isExhausted() && !parts.signals().stopping()) {
            if (!told) {
                log.warn(
                        "node {} waits for room on its disk: {}",
                        parts.self(),
                        parts.raft().room().says());
                told = true;
            }
            parts.signals().await(() -> false, LOOK);
        }
        return !parts.signals().stopping();
    }

    /// Whether a failure came of a full disk.
    static boolean explains(Parts parts, Throwable failure) {
        return parts.raft().room().isExhausted() || (parts.raft().room().isLow() && says(failure));
    }

    private static boolean says(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
                return true;
            }
        }
        return false;
    }
}
