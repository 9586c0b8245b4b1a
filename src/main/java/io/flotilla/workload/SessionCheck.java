package io.flotilla.workload;

import io.flotilla.bench.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One session, whose counter only grows, among others: it reads what it has written, and what it may count on never goes
/// back. By one thread.
final class SessionCheck {
    private final int session;
    private final List<String> complaints = new ArrayList<>();

    /// The highest value of its own that was acknowledged; the position behind it is the session's token.
    private long acknowledged;

    private long tried;

    /// The highest value of each counter that this session has seen, or was told, by whatever way.
    private final Map<Integer, Long> known = new HashMap<>();

    /// The same, within the one connection to a server that only reads.
    private final Map<Integer, Long> connection = new HashMap<>();

    SessionCheck(int session) {
        this.session = session;
    }

    /// The next value to write.
    long next() {
        return ++tried;
    }

    void wrote(Outcome outcome) {
        if (outcome.acknowledged()) {
            acknowledged = tried;
            known.merge(session, tried, Math::max);
        }
    }

    /// A read anywhere that was told to wait for the session's token.
    ///
    /// @param counters all sessions' counters
    void readBehindToken(String where, Map<Integer, Long> counters) {
        if (counters.getOrDefault(session, -1L) < acknowledged) {
            complain(where, "OWN WRITE NOT READ, " + acknowledged + " was acknowledged", counters);
        }
        learn(where, counters);
    }

    void connected() {
        connection.clear();
    }

    void readInConnection(String where, Map<Integer, Long> counters) {
        complainOfLess(where, "BACK within a connection", connection, counters);
        counters.forEach((other, value) -> connection.merge(other, value, Math::max));
        learn(where, counters);
    }

    /// Must see whatever this session has ever seen.
    void readLinearizably(String where, Map<Integer, Long> counters) {
        complainOfLess(where, "BACK", known, counters);
        learn(where, counters);
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void complainOfLess(
            String where, String what, Map<Integer, Long> least, Map<Integer, Long> counters) {
        least.forEach((other, value) -> {
            if (counters.getOrDefault(other, -1L) < value) {
                complain(
                        where,
                        "%s, counter %d had been %d".formatted(what, other, value),
                        counters);
            }
        });
    }

    private void learn(String where, Map<Integer, Long> counters) {
        if (counters.getOrDefault(session, 0L) > tried) {
            complain(where, "FROM THE FUTURE, only " + tried + " was written", counters);
        }
        counters.forEach((other, value) -> known.merge(other, value, Math::max));
    }

    private void complain(String where, String what, Map<Integer, Long> counters) {
        complaints.add("session %d, %s: %s: %s".formatted(session, where, what, counters));
    }
}
