package io.flotilla.replication;

import io.flotilla.engine.Server;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Cuts MySQL clients that read at a follower when its server waits for a lock of theirs (`LOCK TABLES`, `SELECT ... FOR
/// UPDATE`, an open transaction before an ALTER): a follower that is held up makes writes slow everywhere, and a failover
/// long. Used by the role thread.
final class HeldUp {
    private static final Logger log = LoggerFactory.getLogger(HeldUp.class);

    /// Looks, a second apart, that must all find it waiting: appliers wait for each other too, but not for long.
    private static final int LOOKS = 3;

    private final Server server;
    private final Duration patience;
    private int found;

    /// @param patience how far behind the server may be before its clients are cut
    HeldUp(Server server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    /// @param behind how far the server is behind the log
    void look(Duration behind) {
        if (behind.compareTo(patience) < 0 || !server.replica().waitsForLock()) {
            found = 0;
            return;
        }
        found++;
        if (found >= LOOKS) {
            found = 0;
            log.warn(
                    "this node's server is {} s behind and waits for a lock: its MySQL clients are cut",
                    behind.toSeconds());
            server.leader().endClientSessions();
        }
    }
}
