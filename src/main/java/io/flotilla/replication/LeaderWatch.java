package io.flotilla.replication;

import io.flotilla.engine.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out when a leader is of no use though its processes live: its server does not answer, or its disk hangs. Nobody
/// else can: to the other nodes it looks like a leader without anything to do.
///
/// A disk that hangs ends the reign only if another node's server is ready, with a disk that does not: nodes that share
/// a disk would pass the lead round.
final class LeaderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);
    private static final Duration EVERY = Duration.ofMillis(500);

    /// How long one answer of the server may take, which needs 0.1 ms when it is idle. Shorter, and a machine that swaps
    /// loses its leader for nothing.
    static final Duration ANSWER = Duration.ofMillis(2500);

    /// How long one write of the log, fsync included, may take.
    static final Duration DISK = Duration.ofSeconds(1);

    private static final Executor SAME_THREAD = Runnable::run;

    private final Parts parts;
    private final Server server;
    private final Consumer<String> failed;
    private final Thread thread;

    private @Nullable Connection connection;
    private volatile boolean closed;

    /// @param failed told the reason when the reign should end
    LeaderWatch(Parts parts, Server server, Consumer<String> failed) {
        this.parts = parts;
        this.server = server;
        this.failed = failed;
        thread = Thread.ofVirtual().name("leader-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed && server.alive()) {
                Optional<String> trouble = trouble();
                if (trouble.isPresent()) {
                    if (!closed && server.alive()) {
                        failed.accept(trouble.get());
                    }
                    return;
                }
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            // The reign is over.
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Unwatched it would lead on with a server or a disk that hangs.
            parts.fatal().fatal("watching the server that leads", e);
        } finally {
            forget();
        }
    }

    private Optional<String> trouble() {
        if (!answers()) {
            return Optional.of("its server has not answered for " + ANSWER.toMillis() + " ms");
        }
        Duration writing = parts.raft().writing();
        return writing.compareTo(DISK) > 0 && parts.standings().readiest().isPresent()
                ? Optional.of(
                        "its disk hangs: a write of the log has taken "
                                + writing.toMillis()
                                + " ms so far")
                : Optional.empty();
    }

    /// Whether the server says anything at all, be it an error, or that the connection is over.
    private boolean answers() {
        try {
            Connection open = connection;
            if (open == null) {
                open = server.admin();
                open.setNetworkTimeout(SAME_THREAD, Math.toIntExact(ANSWER.toMillis()));
                connection = open;
            }
            try (Statement statement = open.createStatement()) {
                statement.execute("DO 1");
            }
            return true;
        } catch (SQLException e) {
            LOG.debug("the watch's question was not answered", e);
            forget();
            return !RepeatedQuestion.timedOut(e);
        }
    }

    private void forget() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(SAME_THREAD);
            } catch (SQLException e) {
                LOG.debug("the watch's connection does not end", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
