package io.flotilla.replication;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// How often this node may rebuild its server by itself. A server that has to be rebuilt again and again has a cause that
/// rebuilding does not cure; a person must look.
///
/// Counted by the monotonic clock: a wall clock that is set back would forbid for as long what it should allow.
final class Rebuilds {
    static final int MOST = 3;
    static final Duration WITHIN = Duration.ofHours(1);

    private final Deque<Long> done = new ArrayDeque<>();

    /// Whether one more is allowed now; counts it when it is.
    ///
    /// @param now on [System#nanoTime]
    boolean take(long now) {
        done.removeIf(at -> now - at > WITHIN.toNanos());
        if (done.size() >= MOST) {
            return false;
        }
        done.add(now);
        return true;
    }
}
