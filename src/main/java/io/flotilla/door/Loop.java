package io.flotilla.door;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that moves the bytes of many relays: what is readable at one side is written to the other at once, through
/// one buffer that all share.
final class Loop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    /// How often relays that met a gate are tried again.
    private static final long GATE_MILLIS = 2;

    /// How often all relays are looked at: idle ones, and news that were missed.
    private static final long TICK_MILLIS = 250;

    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer shared;
    private final DoorCounters counters;
    private final long idleNanos;
    private final Queue<Relay> arriving = new ConcurrentLinkedQueue<>();
    private final Set<Relay> relays = new HashSet<>();
    private List<Relay> gated = new ArrayList<>();
    private long now = System.nanoTime();
    private long ticked = now;
    private volatile boolean news;
    private volatile boolean closed;

    private Loop(int number, int bufferBytes, Duration idle, DoorCounters counters)
            throws IOException {
        this.selector = Selector.open();
        this.shared = ByteBuffer.allocateDirect(bufferBytes);
        this.idleNanos = idle.toNanos();
        this.counters = counters;
        this.thread = Thread.ofPlatform().name("door-" + number).daemon().unstarted(this::run);
    }

    static Loop start(int number, int bufferBytes, Duration idle, DoorCounters counters)
            throws IOException {
        Loop loop = new Loop(number, bufferBytes, idle, counters);
        loop.thread.start();
        return loop;
    }

    /// Takes a relay; from here on it is this loop's. Thread-safe.
    void add(Relay relay) {
        arriving.add(relay);
        if (closed) {
            endArriving();
        }
        selector.wakeup();
    }

    /// Something a [Binding] depends on may have changed. Thread-safe, never blocks.
    void news() {
        news = true;
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::ready, patience());
                now = System.nanoTime();
                arrive();
                retry();
                look();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("a loop of the MySQL doors ended; its connections are cut", e);
        } finally {
            // INVARIANT: before the last look at who arrives: whoever comes later ends itself.
            closed = true;
            relays.forEach(relay -> relay.end(Relay.End.CUT));
            endArriving();
            Channels.close(selector);
        }
    }

    /// Milliseconds; 0 for ever: who brings news, a relay, or the end wakes the selector.
    private long patience() {
        if (!gated.isEmpty()) {
            return GATE_MILLIS;
        }
        return relays.isEmpty() ? 0 : TICK_MILLIS;
    }

    private void ready(SelectionKey key) {
        Relay relay = (Relay) key.attachment();
        guarded(relay, () -> relay.over() || relay.ready(key, shared, now));
    }

    /// What a relay does, of which an end of the connection is not worth a word.
    @FunctionalInterface
    private interface Step {
        boolean run() throws IOException, RefusedException;
    }

    private void guarded(Relay relay, Step step) {
        try {
            if (!step.run() && !relay.over() && relay.becomesGated()) {
                counters.stalls.increment();
                gated.add(relay);
            }
        } catch (RefusedException e) {
            counters.refused.increment();
            relay.refuse(e.refusal());
        } catch (IOException | CancelledKeyException e) {
            LOG.debug("a connection of a MySQL door ended: {}", e.toString());
            relay.end(Relay.End.CLOSED);
        } catch (RuntimeException e) {
            LOG.error("a connection of a MySQL door failed", e);
            relay.end(Relay.End.CUT);
        }
        if (relay.over()) {
            relays.remove(relay);
        }
    }

    private void arrive() {
        Relay relay = arriving.poll();
        while (relay != null) {
            Relay next = relay;
            relays.add(next);
            guarded(next, () -> next.register(selector, shared, now));
            relay = arriving.poll();
        }
    }

    private void endArriving() {
        Relay relay = arriving.poll();
        while (relay != null) {
            relay.end(Relay.End.CUT);
            relay = arriving.poll();
        }
    }

    private void retry() {
        if (gated.isEmpty()) {
            return;
        }
        List<Relay> again = gated;
        gated = new ArrayList<>();
        for (Relay relay : again) {
            guarded(relay, () -> relay.over() || relay.resume(shared, now));
        }
    }

    private void look() {
        boolean tick = now - ticked > TICK_MILLIS * 1_000_000;
        if (!news && !tick) {
            return;
        }
        news = false;
        ticked = now;
        long idle = now - idleNanos;
        relays.removeIf(relay -> {
            look(relay, idle);
            return relay.over();
        });
    }

    /// What fails for one connection ends that one.
    private static void look(Relay relay, long idle) {
        try {
            relay.look();
            if (relay.idleSince(idle)) {
                relay.end(Relay.End.CUT);
            }
        } catch (RuntimeException e) {
            LOG.error("a connection of a MySQL door failed", e);
            relay.end(Relay.End.CUT);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
