package io.flotilla.failure;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whoever waits for a request's answer, as far as this node can tell. Thread-safe.
///
/// Who does something long for it says how that is ended ([#whenGone]); who finds out that it is gone says so ([#leave]).
/// Where another thread watches the clock ([#canBeTold], [#overdue]), something long is ended at a time as well
/// ([#endAt]), and who may be held up for longer than it waits is told so ([#whenOverdue]).
public final class Asker {
    private static final Asker UNKNOWN = new Asker(false, null);

    private final boolean watched;
    private final @Nullable Consumer<FlotillaException> teller;
    private final Set<Ending> endings = new HashSet<>();
    private volatile @Nullable Due limit;
    private volatile @Nullable Due due;
    private volatile boolean gone;

    private Asker(boolean watched, @Nullable Consumer<FlotillaException> teller) {
        this.watched = watched;
        this.teller = teller;
    }

    /// What is to happen when a time is over.
    private record Due(long nanoTime, Ending ending, AtomicBoolean begun) {
        boolean over(long now) {
            return now - nanoTime >= 0 && !begun.get();
        }
    }

    /// Somebody who may go.
    public static Asker watched() {
        return new Asker(true, null);
    }

    /// Somebody who may go, and whose clock is watched.
    ///
    /// @param teller answers the request with a failure; it must not throw
    public static Asker watched(Consumer<FlotillaException> teller) {
        return new Asker(true, teller);
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

    /// Has something ended when it has waited until then. One at a time.
    ///
    /// @param nanoTime of [System#nanoTime]
    /// @param end must not throw
    /// @return to be closed when there is nothing to end any more
    /// @throws IllegalStateException unless it [#canBeTold]
    public Ending endAt(long nanoTime, Runnable end) {
        if (!canBeTold()) {
            throw new IllegalStateException("nobody watches the clock for it");
        }
        Ending ending = new Ending(end);
        limit = new Due(nanoTime, ending, new AtomicBoolean());
        return ending;
    }

    /// Whether another thread watches the clock for it, which then can tell it how its request ended.
    public boolean canBeTold() {
        return teller != null;
    }

    /// Has it told a failure when it has waited until then. Whoever works on the request neither answers it while this is open,
    /// nor when it ran. One at a time.
    ///
    /// @param nanoTime of [System#nanoTime]
    /// @param then done after it was told; must not throw
    /// @throws IllegalStateException unless it [#canBeTold]
    public Ending whenOverdue(long nanoTime, Supplier<FlotillaException> failure, Runnable then) {
        Consumer<FlotillaException> known = teller;
        if (known == null) {
            throw new IllegalStateException("nobody can tell it");
        }
        Ending ending =
                new Ending(() -> {
                    known.accept(failure.get());
                    then.run();
                });
        due = new Due(nanoTime, ending, new AtomicBoolean());
        return ending;
    }

    /// Whether it is time for [#tellOverdue].
    ///
    /// @param now of [System#nanoTime]
    public boolean overdue(long now) {
        return over(limit, now) || over(due, now);
    }

    private static boolean over(@Nullable Due next, long now) {
        return next != null && next.over(now);
    }

    /// Ends what it has waited for too long by now, and tells it so, each once. Takes as long as that takes.
    public void tellOverdue(long now) {
        run(limit, now);
        run(due, now);
    }

    private static void run(@Nullable Due next, long now) {
        if (next != null && next.over(now) && next.begun().compareAndSet(false, true)) {
            next.ending().run();
        }
    }

    private synchronized void forget(Ending ending) {
        if (isOf(due, ending)) {
            due = null;
        }
        if (isOf(limit, ending)) {
            limit = null;
        }
        endings.remove(ending);
    }

    private static boolean isOf(@Nullable Due next, Ending ending) {
        return next != null && next.ending() == ending;
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
