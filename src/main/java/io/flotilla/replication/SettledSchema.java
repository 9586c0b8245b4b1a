package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.Digest;
import io.flotilla.ddl.QuietSchema;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.Server;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down, in quiet moments of a reign, which schema its server has: soon after its last definition, and never in the
/// way of one.
///
/// Without it a former leader depends on another node that has applied what it defined; when the others have lost their
/// servers meanwhile, or wait for this one, its own is given up though it has everything (a campaign: 66 s until the
/// fleet had applied its log from the beginning).
///
/// INVARIANT: what is written is the schema that every server has behind that transaction. The log had committed it
/// before the reading, nobody defined anything during the reading ([QuietSchema]), and everything the server had
/// executed by its end is committed too, and no definition among it.
final class SettledSchema implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettledSchema.class);

    /// How long the log is waited for at once.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// Between two readings at least.
    private static final Duration PAUSE = Duration.ofMillis(50);

    /// So many times as long as a reading took it rests: while a dump is loaded, each table is a definition.
    private static final int REST = 10;

    private final Parts parts;
    private final Server server;
    private final QuietSchema schema;
    private final Thread thread;
    private Gtid executed = Gtid.NONE;
    private volatile boolean closed;

    SettledSchema(Parts parts, Server server) {
        this.parts = parts;
        this.server = server;
        schema = new QuietSchema(server.dataFiles().directory());
        thread = Thread.ofVirtual().name("settled-schema").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// The server has executed a gated transaction, which goes to the log now.
    synchronized void executed(Gtid gtid) {
        executed = gtid;
        notifyAll();
    }

    private void run() {
        Gtid settled = Gtid.NONE;
        try {
            while (!closed) {
                Gtid last = awaitOther(settled);
                if (last == null) {
                    return;
                }
                long start = System.nanoTime();
                if (settle(last)) {
                    settled = last;
                }
                rest(System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            // nobody interrupts it; the process ends
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Gtid awaitOther(Gtid settled) throws InterruptedException {
        while (!closed && executed.equals(settled)) {
            wait();
        }
        return closed ? null : executed;
    }

    private synchronized void rest(long took) throws InterruptedException {
        long until = System.nanoTime() + Math.max(PAUSE.toNanos(), REST * took);
        long left = until - System.nanoTime();
        while (!closed && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = until - System.nanoTime();
        }
    }

    /// @return false when it was no quiet moment, or the server or the disk would not
    private boolean settle(Gtid last) throws InterruptedException {
        if (!committed(last.seq()) || parts.raft().room().isLow()) {
            return false;
        }
        try (Connection connection = server.admin()) {
            Optional<Digest> digest = schema.read(connection);
            Gtid end = Gtid.parse(server.leader().binlogPosition());
            if (digest.isEmpty()
                    || !committed(end.seq())
                    || !parts.committed().contains(last)
                    || parts.committed().gatedSince(last.seq())) {
                return false;
            }
            // the ends of those statements, in the server's own journal of them
            server.disk().flushEngineLogs();
            server.disk().syncFileSystem();
            parts.gates().settled(last, digest.get(), () -> closed);
            return true;
        } catch (SQLException | EngineException e) {
            LOG.debug("the schema of the server that leads is not read now", e);
        } catch (IOException | IllegalStateException e) {
            LOG.warn("the schema behind {} is not written down: {}", last, e.getMessage());
        }
        return false;
    }

    private boolean committed(long seq) throws InterruptedException {
        return parts.committed().awaitBeyond(seq - 1, () -> closed, PATIENCE) && !closed;
    }

    /// Does not wait: what is under way may hang with the disk.
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            notifyAll();
        }
        parts.committed().wake();
    }
}
