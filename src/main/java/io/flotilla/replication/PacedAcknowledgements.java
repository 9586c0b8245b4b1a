package io.flotilla.replication;

import io.flotilla.binlog.BinlogPosition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Passes acknowledgements on, at once or somewhat later. Later is always safe: what is acknowledged was committed
/// before. An acknowledgement holds for all before it, so of those that wait only the last is passed on. Thread-safe.
final class PacedAcknowledgements implements Consumer<BinlogPosition> {
    private final Consumer<BinlogPosition> acknowledge;
    private final Supplier<Duration> hold;
    private @Nullable BinlogPosition waiting;

    /// @param hold how long an acknowledgement is to wait at this moment
    PacedAcknowledgements(Consumer<BinlogPosition> acknowledge, Supplier<Duration> hold) {
        this.acknowledge = acknowledge;
        this.hold = hold;
    }

    @Override
    public synchronized void accept(BinlogPosition end) {
        if (waiting != null) {
            waiting = end;
            return;
        }
        Duration patience = hold.get();
        if (patience.isZero()) {
            acknowledge.accept(end);
        } else {
            waiting = end;
            CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(this::release);
        }
    }

    /// Passes on what waits.
    synchronized void release() {
        BinlogPosition end = waiting;
        waiting = null;
        if (end != null) {
            acknowledge.accept(end);
        }
    }
}
