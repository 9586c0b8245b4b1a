package io.flotilla.chaos;

import java.time.Duration;

/// How one kind of fault, or pairs of them, went.
///
/// @param count how often it came
/// @param silence the longest time without an acknowledged write, the fault's own included
/// @param after the longest from its end to the next acknowledged write that began after it
record FaultTimes(int count, Duration silence, Duration after) {
    FaultTimes and(FaultTimes other) {
        return new FaultTimes(
                count + other.count, longer(silence, other.silence), longer(after, other.after));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
