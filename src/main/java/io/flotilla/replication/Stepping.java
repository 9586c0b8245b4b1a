package io.flotilla.replication;

import io.flotilla.engine.Server;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lead was lost, or cannot be kept: the server is killed, and the lead given away if Raft still sees it here.
///
/// INVARIANT I6: nothing of the reign survives in the server but what the log has; `read_only` is no fence (it waits
/// behind a commit that hangs, measured), a dead server is.
final class Stepping implements State {
    private static final Logger log = LoggerFactory.getLogger(Stepping.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Parts parts;
    private final Server server;
    private final long term;
    private final String reason;

    Stepping(Parts parts, Server server, long term, String reason) {
        this.parts = parts;
        this.server = server;
        this.term = term;
        this.reason = reason;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.STEPPING;
    }

    @Override
    public String why() {
        return reason;
    }

    @Override
    public State run() throws InterruptedException {
        parts.front().close();
        parts.front().serveNothing();
        CompletableFuture<Void> gone =
                parts.leads(term)
                        ? parts.raft().handOver(parts.standings().readiest())
                        : CompletableFuture.completedFuture(null);
        gone.whenComplete((nothing, failure) -> parts.signals().wake());
        server.kill();
        parts.signals().await(gone::isDone, PATIENCE);
        if (parts.leads(term)) {
            log.warn("node {} could not give term {} away yet; it tries again", parts.self(), term);
        }
        return new Proving(parts);
    }
}
