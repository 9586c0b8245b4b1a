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

/// Notes, in quiet moments of a reign, which schema its server has: soon after its last definition, and never in the
/// way of one.
///
/// Without it a former leader depends on another node that has applied what it defined; when the others have lost their
/// servers meanwhile, or wait for this one, its own is given up though it has everything (a campaign: 66 s until the
/// fleet had applied its log from the beginning).
///
/// INVARIANT: what is noted is the schema that every server has behind that transaction. The log had committed it
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

    /// After a failure that is no matter of the moment.
    private static final Duration TROUBLE = Duration.ofSeconds(10);

    private final Parts parts;
    private final Server server;
    private final QuietSchema schema;
    private final Thread thread;
    private Gtid executed = Gtid.NONE;

    /// Of its thread.
    private Gtid settled = Gtid.NONE;

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
        try {
            for (Gtid last = awaitOther(); last != null; last = awaitOther()) {
                rest(committed(last.seq()) ? look(last) : 0);
            }
        } catch (InterruptedException e) {
            // nobody interrupts it; the process ends
            Thread.currentThread().interrupt();
        }
    }

    /// @return null when the reign is over
    private synchronized @Nullable Gtid awaitOther() throws InterruptedException {
        while (!closed && executed.equals(settled)) {
            wait();
        }
        return closed ? null : executed;
    }

    private synchronized void rest(long nanos) throws InterruptedException {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; !closed && left > 0; left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /// @return how long to rest after it, in nanoseconds
    private long look(Gtid last) throws InterruptedException {
        long start = System.nanoTime();
        try {
            if (!parts.raft().room().isLow() && settle(last)) {
                settled = last;
            }
        } catch (SQLException | EngineException e) {
            LOG.debug("the schema of the server that leads is not read now", e);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the schema behind {} is not noted", last, e);
            return TROUBLE.toNanos();
        }
        return Math.max(PAUSE.toNanos(), REST * (System.nanoTime() - start));
    }

    /// @return false when it was no quiet moment
    private boolean settle(Gtid last) throws SQLException, IOException, InterruptedException {
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
        }
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
