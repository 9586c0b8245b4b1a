package io.flotilla.binlog;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A listener that keeps what it hears, and acknowledges it when it is told to.
class Collector implements TapListener {
    final List<Slice> slices = new CopyOnWriteArrayList<>();
    final AtomicReference<Throwable> broken = new AtomicReference<>();
    final AtomicInteger breaks = new AtomicInteger();
    private volatile Tap acknowledging;

    /// From now on acknowledges at once, to `tap`; no longer when that is null.
    void acknowledge(Tap tap) {
        acknowledging = tap;
        // What the tap had read before this may be all that it ever reads.
        idle();
    }

    long transactions() {
        return slices.stream().filter(Slice::last).count();
    }

    /// Where the last whole transaction ends.
    BinlogPosition end() {
        return slices.stream().filter(Slice::last).toList().getLast().end();
    }

    @Override
    public void slice(Slice slice) {
        slices.add(slice);
    }

    @Override
    public void idle() {
        Tap tap = acknowledging;
        if (tap != null && transactions() > 0) {
            tap.acknowledge(end());
        }
    }

    @Override
    public void broken(Throwable cause) {
        broken.set(cause);
        breaks.incrementAndGet();
    }
}
