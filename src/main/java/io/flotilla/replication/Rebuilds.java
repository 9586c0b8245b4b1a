package io.flotilla.replication;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// How often this node may rebuild its server by itself: a few times at once, then ever more seldom. A server that has to
/// be rebuilt again and again may have a cause that rebuilding does not cure, and each time costs another node a copy;
/// but where the cause has gone the node must come back without anybody.
///
/// Counted by the monotonic clock: a wall clock that is set back would forbid for as long what it should allow.
final class Rebuilds {
    /// How many are allowed at once.
    static final int MOST = 3;

    static final Duration WITHIN = Duration.ofHours(1);

    /// After [#MOST] within [#WITHIN]; twice as long after each further one.
    static final Duration PAUSE = Duration.ofMinutes(1);

    static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

    private final Deque<Long> done = new ArrayDeque<>();

    /// While nobody serves, a pause spares nobody anything, and costs clients their fleet.
    static final Duration LONGEST_WITHOUT_OTHERS = Duration.ofSeconds(10);

    /// How long the next one has to wait; zero when it may begin.
    ///
    /// @param now on [System#nanoTime]
    /// @param longest [#LONGEST_PAUSE] or [#LONGEST_WITHOUT_OTHERS]
    Duration pause(long now, Duration longest) {
        done.removeIf(at -> now - at > WITHIN.toNanos());
        int above = done.size() - MOST;
        if (above < 0) {
            return Duration.ZERO;
        }
        Duration pause = PAUSE;
        for (int i = 0; i < above && pause.compareTo(longest) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        Duration since = Duration.ofNanos(now - done.getLast());
        Duration left = (pause.compareTo(longest) < 0 ? pause : longest).minus(since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// How many began within the last [#WITHIN].
    int recent() {
        return done.size();
    }

    /// One begins.
    void begin(long now) {
        done.add(now);
    }
}
