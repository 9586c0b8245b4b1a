package io.flotilla.door;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What the doors of this node have done; read by `observe`'s gauges and `/status`.
public final class DoorCounters {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger waiting = new AtomicInteger();
    final AtomicInteger carried = new AtomicInteger();
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder cut = new LongAdder();
    final LongAdder fromClients = new LongAdder();
    final LongAdder toClients = new LongAdder();
    final LongAdder killsSoftened = new LongAdder();
    final LongAdder stalls = new LongAdder();

    /// Logged-in clients of this node's doors.
    public int open() {
        return open.get();
    }

    /// Clients that wait for a server or have not logged in yet.
    public int waiting() {
        return waiting.get();
    }

    /// Sessions at this node's server that other nodes' doors carry.
    public int carried() {
        return carried.get();
    }

    public long accepted() {
        return accepted.sum();
    }

    /// Clients that were turned away: limits, no server to be had, internal accounts. The server's own refusals are not
    /// counted.
    public long refused() {
        return refused.sum();
    }

    /// Connections this node has ended: their reign was over, or their server too far behind.
    public long cut() {
        return cut.sum();
    }

    public long bytesFromClients() {
        return fromClients.sum();
    }

    public long bytesToClients() {
        return toClients.sum();
    }

    public long killsSoftened() {
        return killsSoftened.sum();
    }

    /// Times a connection met the closed stall gate.
    public long stalls() {
        return stalls.sum();
    }
}
