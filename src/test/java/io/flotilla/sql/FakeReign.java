package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;

/// A reign that ends when the test says so; what is committed is what a supplier says.
public final class FakeReign implements Reign {
    private static final long PAUSE_MILLIS = 1;

    private final long term;
    private final Supplier<Gtid> committed;
    private final Optional<DataSource> keeper;
    private final Optional<DataSource> registrar;
    private final AtomicInteger passes = new AtomicInteger();
    private volatile Optional<Path> server = Optional.empty();
    private volatile boolean held;
    private volatile boolean finishing;
    private final AtomicInteger transactions = new AtomicInteger();
    private volatile long uncommitted;
    private volatile boolean ended;
    private volatile boolean defined = true;

    public FakeReign(long term, Supplier<Gtid> committed) {
        this(term, committed, Optional.empty(), Optional.empty());
    }

    public FakeReign(
            long term,
            Supplier<Gtid> committed,
            Optional<DataSource> keeper,
            Optional<DataSource> registrar) {
        this.term = term;
        this.committed = committed;
        this.keeper = keeper;
        this.registrar = registrar;
    }

    @Override
    public DataSource registrar() {
        return registrar.orElseThrow();
    }

    @Override
    public DataSource keeper() {
        return keeper.orElseThrow();
    }

    public void end() {
        ended = true;
    }

    /// Its server's socket, for sessions of MySQL clients.
    public FakeReign at(Path socket) {
        server = Optional.of(socket);
        return this;
    }

    public void hold(boolean all) {
        held = all;
        finishing = false;
    }

    /// Holds what is not in a transaction of a MySQL client.
    public void finish() {
        held = true;
        finishing = true;
    }

    /// Transactions that MySQL clients are in.
    public int transactions() {
        return transactions.get();
    }

    @Override
    public Conversation converse() {
        return new Conversation() {
            private boolean within;

            @Override
            public boolean ask() {
                return !held || within && finishing;
            }

            @Override
            public void nothing() {}

            @Override
            public void answered(boolean inTransaction) {
                if (inTransaction != within) {
                    transactions.addAndGet(inTransaction ? 1 : -1);
                    within = inTransaction;
                }
            }

            @Override
            public void close() {
                answered(false);
            }
        };
    }

    /// What the tap has read shall wait for so long.
    public void uncommitted(Duration since) {
        uncommitted = since.toNanos();
    }

    @Override
    public Path socket() {
        return server.orElseThrow();
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public long uncommittedNanos() {
        return uncommitted;
    }

    /// Work under way.
    public int passes() {
        return passes.get();
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean definedSince(long seq) {
        return defined;
    }

    /// Whether the log is to hold definitions since whatever position.
    public void defined(boolean any) {
        defined = any;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public Pass enter(Deadline deadline) {
        if (ended) {
            throw new FlotillaException(Failure.UNAVAILABLE, "the reign has ended");
        }
        passes.incrementAndGet();
        return passes::decrementAndGet;
    }

    @Override
    public void awaitCommitted(Gtid gtid, Deadline deadline) throws InterruptedException {
        while (committed.get().seq() < gtid.seq()) {
            if (ended || deadline.over()) {
                throw new FlotillaException(
                        Failure.UNKNOWN, gtid + " is not known to be committed");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
