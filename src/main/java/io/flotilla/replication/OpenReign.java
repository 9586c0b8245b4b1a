package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// The reign of this node while its doors are open, and the passes of the work inside. Thread-safe.
final class OpenReign implements Reign {
    private final long term;
    private final CommittedLog committed;
    private final DataSource keeper;
    private final DataSource registrar;
    private volatile @Nullable String refusal;
    private final Path socket;
    private final LongSupplier uncommittedNanos;
    private final Conversations conversations = new Conversations(this);
    private volatile Intake intake = Intake.OPEN;
    private volatile boolean ended;
    private int passes;

    /// What is let in.
    private enum Intake {
        OPEN,
        /// Only what belongs to a transaction that a MySQL client is in.
        FINISHING,
        NOTHING
    }

    /// @param keeper sessions for the fleet's own tables
    /// @param registrar sessions that make clients' accounts
    /// @param socket the server's
    /// @param uncommittedNanos how long the oldest entry of the tap waits
    OpenReign(
            long term,
            CommittedLog committed,
            DataSource keeper,
            DataSource registrar,
            Path socket,
            LongSupplier uncommittedNanos) {
        this.term = term;
        this.committed = committed;
        this.keeper = keeper;
        this.registrar = registrar;
        this.socket = socket;
        this.uncommittedNanos = uncommittedNanos;
    }

    @Override
    public DataSource keeper() {
        return keeper;
    }

    @Override
    public DataSource registrar() {
        return registrar;
    }

    @Override
    public Path socket() {
        return socket;
    }

    @Override
    public boolean held() {
        return intake != Intake.OPEN;
    }

    /// Whether, while new work is held back, MySQL clients go on with the transactions they are in.
    boolean finishing() {
        return intake == Intake.FINISHING;
    }

    @Override
    public Conversation converse() {
        return conversations.begin();
    }

    /// A client may have come to the end of a transaction.
    void wakeDrain() {
        if (finishing()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    @Override
    public long uncommittedNanos() {
        return uncommittedNanos.getAsLong();
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean definedSince(long seq) {
        return committed.gatedSince(seq);
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public synchronized Pass enter(Deadline deadline) throws InterruptedException {
        String refused = refusal;
        if (refused != null) {
            throw new FlotillaException(Failure.OVERLOADED, refused);
        }
        while (held() && !ended && !deadline.over()) {
            TimeUnit.NANOSECONDS.timedWait(this, deadline.left().toNanos());
        }
        if (ended || held()) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE,
                    ended ? "the reign of term " + term + " is over" : "a handover is under way");
        }
        passes++;
        return this::leave;
    }

    private synchronized void leave() {
        passes--;
        notifyAll();
    }

    @Override
    public void awaitCommitted(Gtid gtid, Deadline deadline) throws InterruptedException {
        committed.awaitBeyond(gtid.seq() - 1, this::ended, deadline.left());
        if (!committed.contains(gtid)) {
            throw new FlotillaException(
                    Failure.UNKNOWN,
                    "transaction " + gtid + " is not known to be on a majority of the nodes");
        }
    }

    /// Turns everybody away, with this reason, until [#admit].
    void refuse(String reason) {
        refusal = reason;
    }

    void admit() {
        refusal = null;
    }

    /// Lets nobody in until [#release] or the end.
    synchronized void hold() {
        intake = Intake.NOTHING;
    }

    /// The same, but MySQL clients may go on with the transactions they are in.
    synchronized void finish() {
        intake = Intake.FINISHING;
    }

    synchronized void release() {
        intake = Intake.OPEN;
        notifyAll();
    }

    /// Waits until everybody inside has left, and no client goes on with a transaction that it may finish.
    ///
    /// @return false when the deadline was over first
    synchronized boolean drained(Deadline deadline) throws InterruptedException {
        while (inside() && !deadline.over()) {
            TimeUnit.NANOSECONDS.timedWait(this, deadline.left().toNanos());
        }
        return !inside();
    }

    private boolean inside() {
        return passes > 0 || finishing() && conversations.goOn(System.nanoTime());
    }

    /// INVARIANT I6: first of all when the lead is lost, so that nothing is answered with success after it.
    void end() {
        ended = true;
        synchronized (this) {
            notifyAll();
        }
        committed.wake();
    }
}
