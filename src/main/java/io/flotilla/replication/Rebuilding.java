package io.flotilla.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's data are put aside, and others take their place: a copy of another node's, the base this node keeps, or a
/// first data directory that is fed everything the group ever committed, while that is little or there is nothing else.
///
/// The Raft log and the vote are not touched: this node goes on counting towards the majority meanwhile. What was put aside is kept for a person to look at, until the next rebuild.
final class Rebuilding implements State {
    private static final Logger log = LoggerFactory.getLogger(Rebuilding.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Parts parts;
    private final String reason;

    Rebuilding(Parts parts, String reason) {
        this.parts = parts;
        this.reason = reason;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.REBUILDING;
    }

    @Override
    public String why() {
        return reason;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        if (!RoomWait.over(parts)) {
            return null;
        }
        // the same statements may end the same way
        if (parts.verify().difference().isEmpty()
                && parts.committed().firstSeq() == 1
                && parts.committed().last().seq() <= parts.config().replay()) {
            return replay();
        }
        try (SnapshotSearch search = SnapshotSearch.start(parts)) {
            while (!search.over() && !parts.signals().stopping()) {
                parts.signals().await(search::over, LOOK);
                parts.front().explain(reason + "; " + search.progress());
            }
            return parts.signals().stopping() ? null : end(search);
        }
    }

    private State end(SnapshotSearch search) throws InterruptedException {
        if (!search.found()) {
            return replay();
        }
        if (parts.verify().difference().isPresent()) {
            forgetSchemas();
        }
        log.warn(
                "node {} goes on with another node's data, because {}; the old data are kept in {}",
                parts.self(),
                reason,
                parts.engine().install(search.copy()));
        parts.verify().replaced();
        return new Proving(parts);
    }

    /// INVARIANT: nobody is told the schema of a server that was found different from the others'. Before it is replaced:
    /// afterwards nothing says so any more.
    private void forgetSchemas() {
        try {
            parts.gates().forget();
        } catch (IOException e) {
            throw new UncheckedIOException("the marks of a server that differs stay", e);
        }
    }

    private State replay() throws InterruptedException {
        log.warn(
                "node {} rebuilds its server from the log, {} transactions, because {}; the old data are kept in {}",
                parts.self(),
                parts.committed().last().seq(),
                reason,
                parts.engine().renew());
        return new Proving(parts, true);
    }
}
