package io.flotilla.provision;

import java.util.concurrent.atomic.AtomicLong;

/// What this node has given and received since its process began. Thread-safe.
public final class ProvisionCounters {
    private final AtomicLong given = new AtomicLong();
    private final AtomicLong givenBytes = new AtomicLong();
    private final AtomicLong restedNanos = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong receivedBytes = new AtomicLong();

    void givenOne(long bytes) {
        given.incrementAndGet();
        givenBytes.addAndGet(bytes);
    }

    void rested(long nanos) {
        restedNanos.addAndGet(nanos);
    }

    void receivedOne() {
        received.incrementAndGet();
    }

    void receivedBytes(long bytes) {
        receivedBytes.addAndGet(bytes);
    }

    /// Copies of this node's data that other nodes got whole.
    public long given() {
        return given.get();
    }

    public long givenBytes() {
        return givenBytes.get();
    }

    /// How long this node's server has rested for them, in all.
    public double restedSeconds() {
        return restedNanos.get() / 1e9;
    }

    /// Copies of other nodes' data that this node got whole.
    public long received() {
        return received.get();
    }

    /// Of unfinished copies too.
    public long receivedBytes() {
        return receivedBytes.get();
    }
}
