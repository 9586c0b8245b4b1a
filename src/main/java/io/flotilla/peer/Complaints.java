package io.flotilla.peer;

import java.util.LinkedHashMap;
import java.util.Map;

/// Keeps who is refused again and again from filling the log: each reason once a minute. Thread-safe.
final class Complaints {
    private static final long REPEAT_NANOS = 60_000_000_000L;

    /// Reasons that are remembered; beyond it the oldest is forgotten, and may be said again.
    private static final int MOST = 64;

    private final Map<String, Long> said = new LinkedHashMap<>();

    /// Whether it is time to say it.
    synchronized boolean due(String reason, long now) {
        Long last = said.get(reason);
        if (last != null && now - last < REPEAT_NANOS) {
            return false;
        }
        said.remove(reason);
        said.put(reason, now);
        if (said.size() > MOST) {
            said.remove(said.keySet().iterator().next());
        }
        return true;
    }
}
