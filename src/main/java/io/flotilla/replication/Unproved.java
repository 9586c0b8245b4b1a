package io.flotilla.replication;

import io.flotilla.engine.Server;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's data are not known to be a prefix of the log: it is rebuilt, unless that was tried too often.
///
/// INVARIANT I3: serves nothing; its log goes on taking part in consensus, and [IdleLead] gives a lead that falls to
/// this node away.
final class Unproved implements State {
    private static final Logger log = LoggerFactory.getLogger(Unproved.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Parts parts;
    private final @Nullable Server server;
    private final String reason;

    Unproved(Parts parts, @Nullable Server server, String reason) {
        this.parts = parts;
        this.server = server;
        this.reason = reason;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.UNPROVED;
    }

    @Override
    public String why() {
        return reason;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        if (server != null) {
            server.kill();
        }
        if (parts.signals().stopping()) {
            return null;
        }
        if (parts.rebuilds().take(System.nanoTime())) {
            return new Rebuilding(parts, reason);
        }
        log.error(
                "node {} serves nothing: {}. It was rebuilt {} times within {} already; look into mariadbd.log and restart"
                        + " the node to let it try again",
                parts.self(),
                reason,
                Rebuilds.MOST,
                Rebuilds.WITHIN);
        while (!parts.signals().stopping()) {
            parts.signals().await(parts.signals()::stopping, LOOK);
        }
        return null;
    }
}
