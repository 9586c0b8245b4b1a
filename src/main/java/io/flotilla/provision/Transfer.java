package io.flotilla.provision;

import java.util.concurrent.atomic.AtomicLong;

/// How far one copy is. The counters may be read by any thread.
public final class Transfer {
    private final AtomicLong bytes = new AtomicLong();
    private volatile long expected;

    /// What has gone over the wire so far; more than [#expected] when data changed meanwhile.
    public long bytes() {
        return bytes.get();
    }

    /// What the donor's files have together; 0 while it is not known.
    public long expected() {
        return expected;
    }

    void expect(long total) {
        expected = total;
    }

    void add(long more) {
        bytes.addAndGet(more);
    }

    @Override
    public String toString() {
        long mebibytes = expected >> 20;
        return (bytes() >> 20) + " of " + mebibytes + " MiB";
    }
}
