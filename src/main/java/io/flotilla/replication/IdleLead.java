package io.flotilla.replication;

import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives away a lead that falls to this node while its own server cannot use it, as soon as another node's can: Raft
/// elects by the log alone. So it does with one that falls to this node after it was told to stop, until its role is put
/// down. On a thread of its own, since starting or stopping a server takes seconds.
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
        Standing.Role role = parts.front().phase().role();
        boolean useless =
                USELESS.contains(role)
                        || (parts.signals().stopping() && role != Standing.Role.LEADING);
        return useless && parts.raft().leadership().self();
    }

    private void watch() {
        try {
            while (true) {
                parts.signals().await(this::isIdle, LOOK);
                boolean idle = isIdle();
                if (idle) {
                    giveAway();
                }
                if (parts.signals().stopping()) {
                    // Nothing is waited for there any more.
                    Thread.sleep(RETRY);
                } else if (idle) {
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
                    "node {} leads and {}: node {} is to lead",
                    parts.self(),
                    parts.signals().stopping()
                            ? "was told to stop"
                            : "its server is " + parts.front().phase().role(),
                    ready.get());
            parts.raft().handOver(ready);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
