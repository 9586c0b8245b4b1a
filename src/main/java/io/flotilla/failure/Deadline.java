package io.flotilla.failure;

import java.time.Duration;

/// The moment until which a request may take, on the monotonic clock of this process; it is over at once when nobody waits
/// for the answer any more.
///
/// Made once at the edge and handed down, so that every wait inside a request counts against the same time.
///
/// @param asker who waits
public record Deadline(long nanoTime, Asker asker) {
    public static Deadline in(Duration patience) {
        return in(patience, Asker.unknown());
    }

    public static Deadline in(Duration patience, Asker asker) {
        return new Deadline(System.nanoTime() + patience.toNanos(), asker);
    }

    /// The time left; zero when it is over, never negative.
    public Duration left() {
        return asker.gone()
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    public boolean over() {
        return asker.gone() || nanoTime - System.nanoTime() <= 0;
    }
}
