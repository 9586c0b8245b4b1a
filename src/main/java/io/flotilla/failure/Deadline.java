package io.flotilla.failure;

import java.time.Duration;

/// The moment until which a request may take, on the monotonic clock of this process.
///
/// Made once at the edge and handed down, so that every wait inside a request counts against the same time.
public record Deadline(long nanoTime) {
    public static Deadline in(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos());
    }

    /// The time left; zero when it is over, never negative.
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    public boolean over() {
        return nanoTime - System.nanoTime() <= 0;
    }
}
