package io.flotilla.failure;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whoever waits for a request's answer, as far as this node can tell. Thread-safe.
///
/// Who does something long for it says how that is ended ([#whenGone]); who finds out that it is gone says so ([#leave]).
public final class Asker {
    private static final Asker UNKNOWN = new Asker(false);

    private final boolean watched;
    private final Set<Ending> endings = new HashSet<>();
    private volatile boolean gone;

    private Asker(boolean watched) {
        this.watched = watched;
    }

    /// Somebody who may go.
    public static Asker watched() {
        return new Asker(true);
    }

    /// Nobody in particular: never goes.
    public static Asker unknown() {
        return UNKNOWN;
    }

    public boolean gone() {
        return gone;
    }

    /// It is gone: ends what is done for it. Takes as long as that takes.
    public void leave() {
        if (!watched) {
            throw new IllegalStateException("nobody in particular cannot go");
        }
        List<Ending> now;
        synchronized (this) {
            gone = true;
            now = List.copyOf(endings);
            endings.clear();
        }
        now.forEach(Ending::run);
    }

    /// Has something done when it goes, by the thread that finds out; at once, by this one, if it is gone.
    ///
    /// @param end must not throw
    /// @return to be closed when there is nothing to end any more
    public Ending whenGone(Runnable end) {
        Ending ending = new Ending(end);
        if (watched) {
            synchronized (this) {
                if (!gone) {
                    endings.add(ending);
                    return ending;
                }
            }
            ending.run();
        }
        return ending;
    }

    private synchronized void forget(Ending ending) {
        endings.remove(ending);
    }

    /// How something is ended for want of who asked for it: at most once, and not after it was closed.
    public final class Ending implements AutoCloseable {
        private final Runnable end;
        private boolean closed;
        private boolean ran;

        private Ending(Runnable end) {
            this.end = end;
        }

        private synchronized void run() {
            if (!closed && !ran) {
                ran = true;
                end.run();
            }
        }

        /// Whether it was ended; certain once this is closed.
        public synchronized boolean ran() {
            return ran;
        }

        /// Waits for an end that is under way.
        @Override
        public void close() {
            if (watched) {
                forget(this);
            }
            synchronized (this) {
                closed = true;
            }
        }
    }
}
