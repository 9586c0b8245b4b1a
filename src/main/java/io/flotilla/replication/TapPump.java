package io.flotilla.replication;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.binlog.TapListener;
import io.flotilla.consensus.ReplicatedLog;
import io.flotilla.replication.Entry.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The write path of the leader: what the tap reads goes into the log as entries, and what the log has committed is
/// acknowledged to the server.
///
/// ```
/// tap thread:        slice* idle → one entry → append(term) ┐
/// consensus thread:  committed and accepted ────────────────┴→ acknowledge
/// ```
///
/// INVARIANT I1: [io.flotilla.binlog.Tap#acknowledge] is called in one place, here, after the entry was committed by Raft and accepted by
/// [Chain]. INVARIANT I2: an append that failed is not repeated; it ends the reign.
final class TapPump implements TapListener {
    /// An entry is closed at this size, so that it fits one message and one read. A large transaction fills several.
    static final int ENTRY_BYTES = 1 << 20;

    /// What may be handed over and not yet committed; beyond it the tap reads no further, and the server queues.
    ///
    /// The log refuses an entry, which ends the reign, when it holds more than
    /// [io.flotilla.consensus.ConsensusConfig#DEFAULT_MAX_MEMORY_BYTES] in memory; and it lets go of what was committed
    /// together only when all of it was applied, while this gives room for each entry at once. So twice this, and an
    /// entry, must be less (a transaction of 200 MB had cost the leader its lead).
    static final int IN_FLIGHT_BYTES = 24 << 20;

    private final long term;
    private final ReplicatedLog raft;
    private final CommittedLog committed;
    private final Executed executed;
    private final Consumer<String> failed;
    private final Visibility visibility;
    private final CommitClock clock;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_BYTES);
    private final List<Slice> batch = new ArrayList<>();
    private int batchBytes;

    /// The last whole transaction that was handed over.
    private long handedOver;

    private volatile Consumer<BinlogPosition> acknowledge =
            end -> {
                throw new IllegalStateException(
                        "committed to " + end + " before the tap was attached");
            };

    /// Makes the effect of a statement that no crash undoes durable, and notes it, before the log may name it.
    @FunctionalInterface
    interface Executed {
        void durable(Slice first);
    }

    /// @param failed told, with the reason, when the reign cannot go on
    TapPump(
            long term,
            Gtid last,
            ReplicatedLog raft,
            CommittedLog committed,
            Executed executed,
            Visibility visibility,
            CommitClock clock,
            Consumer<String> failed) {
        this.term = term;
        this.handedOver = last.seq();
        this.raft = raft;
        this.committed = committed;
        this.executed = executed;
        this.visibility = visibility;
        this.clock = clock;
        this.failed = failed;
    }

    /// The acknowledging end of the tap that feeds this pump; known only after it was attached, which is before the
    /// server may write.
    void attached(Consumer<BinlogPosition> acknowledging) {
        acknowledge = acknowledging;
    }

    @Override
    public void slice(Slice slice) {
        if (slice.first() && slice.gated()) {
            handOver();
            executed.durable(slice);
        }
        if (slice.last()) {
            visibility.read(slice);
        }
        if (batch.isEmpty()) {
            clock.began();
        }
        batch.add(slice);
        batchBytes += slice.bytes().length;
        if (batchBytes >= ENTRY_BYTES) {
            handOver();
        }
    }

    @Override
    public void idle() {
        handOver();
    }

    private void handOver() {
        if (batch.isEmpty()) {
            return;
        }
        byte[] entry = Entry.encode(new Transactions(term, handedOver, batch));
        @Nullable Slice last = lastWhole();
        batch.clear();
        batchBytes = 0;
        int permits = Math.min(entry.length, IN_FLIGHT_BYTES);
        acquire(permits);
        if (last != null) {
            handedOver = last.gtid().seq();
        }
        raft.append(term, entry)
                .whenComplete((index, failure) -> {
                    inFlight.release(permits);
                    if (failure == null) {
                        clock.committed();
                    }
                })
                .thenRun(() -> {
                    if (last != null) {
                        acknowledge(last.gtid(), last.end());
                    }
                })
                .exceptionally(failure -> {
                    // Whatever it was: a client waits for this acknowledgement, and nobody else
                    // hears of it.
                    failed.accept("an append to the log, or what followed it, failed: " + failure);
                    return null;
                });
    }

    /// Waits while too much is under way; closing the tap interrupts it.
    private void acquire(int permits) {
        try {
            inFlight.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the tap is being closed", e);
        }
    }

    private @Nullable Slice lastWhole() {
        for (int i = batch.size() - 1; i >= 0; i--) {
            if (batch.get(i).last()) {
                return batch.get(i);
            }
        }
        return null;
    }

    /// INVARIANT I1.
    private void acknowledge(Gtid gtid, BinlogPosition end) {
        if (!committed.contains(gtid)) {
            failed.accept("the log refused transaction " + gtid);
            return;
        }
        acknowledge.accept(end);
    }

    @Override
    public void broken(Throwable cause) {
        failed.accept("the tap broke: " + cause);
    }
}
