package io.flotilla.replication;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that decides what this node is; runs one [State] after the other.
///
/// An exception that no state expects halts the process: a node that does not know what it is must not go on, and the
/// server dies with it.
final class RoleThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RoleThread.class);

    /// A stop that takes longer than this is reported and not waited for.
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Parts parts;
    private final Optional<EarlyStart> first;
    private final Thread thread;

    /// @param first the start of the server that is under way
    RoleThread(Parts parts, Optional<EarlyStart> first) {
        this.parts = parts;
        this.first = first;
        thread = Thread.ofPlatform().name("role").unstarted(this::live);
    }

    void start() {
        thread.start();
    }

    private void live() {
        try {
            @Nullable State state = new Proving(parts, first);
            while (state != null) {
                enter(state);
                state = state.run();
            }
            parts.front()
                    .phase(new Front.Phase(Standing.Role.STOPPED, "", parts.clock().instant()));
        } catch (Throwable e) {
            parts.fatal().fatal("the role thread cannot go on", e);
        }
    }

    private void enter(State state) {
        Front.Phase before = parts.front().phase();
        parts.front().phase(new Front.Phase(state.role(), state.why(), parts.clock().instant()));
        parts.signals().wake();
        if (before.role() != state.role()) {
            log.info(
                    "node {}: {} → {}{}",
                    parts.self(),
                    before.role(),
                    state.role(),
                    state.why().isEmpty() ? "" : " (" + state.why() + ")");
        }
    }

    @Override
    public void close() {
        parts.signals().stop();
        try {
            thread.join(STOP);
            if (thread.isAlive()) {
                log.warn("node {} has not put its role down within {}", parts.self(), STOP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
