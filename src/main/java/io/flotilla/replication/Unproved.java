package io.flotilla.replication;

import io.flotilla.engine.Server;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's data are not known to be a prefix of the log, and only a copy from another node would help.
///
/// INVARIANT I3: serves nothing; its log goes on taking part in consensus, and a lead that falls to this node is given
/// away.
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
        log.error(
                "node {} serves nothing: {}. Its data must be rebuilt: stop it, empty its server directory, start it",
                parts.self(),
                reason);
        if (server != null) {
            server.kill();
        }
        while (!parts.signals().stopping()) {
            parts.signals().await(() -> parts.raft().leadership().self(), LOOK);
            if (parts.raft().leadership().self()) {
                parts.raft().handOver(Optional.empty());
                parts.signals().await(() -> !parts.raft().leadership().self(), LOOK);
            }
        }
        return null;
    }
}
