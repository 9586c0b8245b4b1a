package io.flotilla.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// How often this node may rebuild its server by itself. A server that has to be rebuilt again and again has a cause that
/// rebuilding does not cure; a person must look.
final class Rebuilds {
    static final int MOST = 3;
    static final Duration WITHIN = Duration.ofHours(1);

    private final Deque<Instant> done = new ArrayDeque<>();

    /// Whether one more is allowed now; counts it when it is.
    boolean take(Instant now) {
        done.removeIf(at -> at.isBefore(now.minus(WITHIN)));
        if (done.size() >= MOST) {
            return false;
        }
        done.add(now);
        return true;
    }
}
