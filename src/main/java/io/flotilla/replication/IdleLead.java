package io.flotilla.replication;

import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives away a lead that falls to this node while its own server cannot use it, as soon as another node's can: Raft
/// elects by the log alone. On a thread of its own, since starting a server takes seconds.
final class IdleLead implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(IdleLead.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// Between two questions to the other nodes, and what a transfer may take.
    private static final Duration RETRY = Duration.ofMillis(200);

    private static final Set<Standing.Role> USELESS =
            EnumSet.of(Standing.Role.PROVING, Standing.Role.UNPROVED, Standing.Role.REBUILDING);

    private final Parts parts;
    private final Thread thread;

    IdleLead(Parts parts) {
        this.parts = parts;
        thread = Thread.ofPlatform().name("idle-lead").daemon().unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    private boolean isIdle() {
        return parts.raft().leadership().self() && USELESS.contains(parts.front().phase().role());
    }

    private void watch() {
        try {
            while (!parts.signals().stopping()) {
                parts.signals().await(this::isIdle, LOOK);
                if (isIdle()) {
                    giveAway();
                    parts.signals().await(() -> !isIdle(), RETRY);
                }
            }
        } catch (InterruptedException e) {
            // It is being closed.
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Else a node that cannot lead might keep the lead for ever.
            parts.fatal().fatal("giving an idle lead away", e);
        }
    }

    private void giveAway() {
        Optional<NodeId> ready = parts.standings().readiest();
        if (ready.isPresent() && isIdle()) {
            log.info(
                    "node {} leads and its server is {}: node {} is to lead",
                    parts.self(),
                    parts.front().phase().role(),
                    ready.get());
            parts.raft().handOver(ready);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
