package io.flotilla.http;

import io.flotilla.failure.Asker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Finds out that clients are gone while their requests are worked on: a connection says so only to who reads from it,
/// and nobody does meanwhile. And watches the clock for those whose requests are held up. Thread-safe.
final class AskerWatch implements AutoCloseable {
    /// Through a follower it takes two looks, each at most twice this after the client has gone.
    private static final Duration LOOK = Duration.ofMillis(400);

    /// How late one may be told that its time is over.
    private static final Duration CLOCK = Duration.ofMillis(50);

    private final Set<Watched> all = ConcurrentHashMap.newKeySet();
    private final Lookout lookout = new Lookout("http-askers", LOOK, all::isEmpty, this::look);
    private final Lookout clock = new Lookout("http-clock", CLOCK, all::isEmpty, this::lookAtClock);

    AskerWatch() {
        lookout.start();
        clock.start();
    }

    /// The connection over which the answer will go.
    interface Line {
        /// Whether its other end has closed it; takes a few milliseconds at most.
        boolean broken();
    }

    /// @return to be closed before anybody else reads from the line again
    Watched watch(Asker asker, Line line) {
        Watched watched = new Watched(asker, line);
        all.add(watched);
        lookout.news();
        clock.news();
        return watched;
    }

    private void lookAtClock() {
        long now = System.nanoTime();
        for (Watched each : all) {
            if (each.asker.overdue(now)) {
                Thread.ofVirtual().name("http-overdue").start(() -> each.asker.tellOverdue(now));
            }
        }
    }

    private void look() {
        long now = System.nanoTime();
        for (Watched each : all) {
            each.look(now);
        }
    }

    @Override
    public void close() {
        lookout.close();
        clock.close();
    }

    /// A request that is worked on.
    final class Watched implements AutoCloseable {
        private final Asker asker;
        private final Line line;
        private final long began = System.nanoTime();
        private boolean over;

        private Watched(Asker asker, Line line) {
            this.asker = asker;
            this.line = line;
        }

        /// Most requests have ended before anybody looks.
        private synchronized void look(long now) {
            if (!over && now - began > LOOK.toNanos() / 2 && line.broken()) {
                over = true;
                Thread.ofVirtual().name("http-asker-gone").start(asker::leave);
            }
        }

        /// Waits for a look that is under way.
        @Override
        public void close() {
            all.remove(this);
            synchronized (this) {
                over = true;
            }
        }
    }
}
