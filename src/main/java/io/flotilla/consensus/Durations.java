package io.flotilla.consensus;

import java.time.Duration;

/// Multiples and parts of durations below 292 years, in nanoseconds. [Duration] itself goes by way of BigDecimal, whose tables
/// take 20 ms of a JVM that starts.
final class Durations {
    private Durations() {}

    static Duration times(Duration duration, int times) {
        return Duration.ofNanos(Math.multiplyExact(duration.toNanos(), times));
    }

    static Duration part(Duration duration, int parts) {
        return Duration.ofNanos(duration.toNanos() / parts);
    }

    /// How many times `part` fits into `whole`.
    static int in(Duration whole, Duration part) {
        return Math.toIntExact(whole.toNanos() / part.toNanos());
    }
}
