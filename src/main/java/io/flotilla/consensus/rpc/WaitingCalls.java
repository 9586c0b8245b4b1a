package io.flotilla.consensus.rpc;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The calls of one connection that wait for their answers, with one alarm for all of them: a call that is answered in
/// time, as nearly all are, wakes no other thread. Thread-safe.
final class WaitingCalls {
    private static final long NEVER = Long.MAX_VALUE;

    private final ScheduledExecutorService alarms;
    private final Runnable timedOut;
    private final Map<Long, Call> calls = new ConcurrentHashMap<>();

    /// Since when, by `System.nanoTime()`, the times below count.
    private final long origin = System.nanoTime();

    /// When the next look is due; [#NEVER] when none is.
    private long next = NEVER;

    /// The shortest time a call was given since the last look; [#NEVER] when none came.
    private long shortest = NEVER;

    /// @param timedOut told after calls were given up, on the thread of the alarms
    WaitingCalls(ScheduledExecutorService alarms, Runnable timedOut) {
        this.alarms = alarms;
        this.timedOut = timedOut;
    }

    void add(long id, Call call) {
        calls.put(id, call);
        synchronized (this) {
            shortest = Math.min(shortest, call.timeoutNanos());
            if (due(call) < next) {
                lookAt(due(call));
            }
        }
    }

    @Nullable Call remove(long id) {
        return calls.remove(id);
    }

    /// Fails every call, in the order in which they were made.
    void failAll(String reason) {
        calls.keySet().stream()
                .sorted()
                .forEach(id -> {
                    Call call = calls.remove(id);
                    if (call != null) {
                        call.failed(reason);
                    }
                });
    }

    private long now() {
        return System.nanoTime() - origin;
    }

    private long due(Call call) {
        return call.startNanos() - origin + call.timeoutNanos();
    }

    private synchronized void lookAt(long time) {
        next = time;
        alarms.schedule(() -> look(time), Math.max(0, time - now()), TimeUnit.NANOSECONDS);
    }

    /// @param planned for when; an earlier look has taken its place if it is not the next one any more
    private void look(long planned) {
        long now = now();
        boolean any = false;
        synchronized (this) {
            if (planned != next) {
                return;
            }
            next = NEVER;
        }
        List<Long> late =
                calls.entrySet().stream()
                        .filter(waiting -> due(waiting.getValue()) <= now)
                        .map(Map.Entry::getKey)
                        .toList();
        for (long id : late) {
            Call call = calls.remove(id);
            if (call != null) {
                call.timedOut();
                any = true;
            }
        }
        lookAgain(now);
        if (any) {
            timedOut.run();
        }
    }

    /// When the first that waits is due; when nobody does but calls have come, when one that comes now will be: else it
    /// would have to wake the alarms' thread.
    private synchronized void lookAgain(long now) {
        long first = shortest == NEVER ? NEVER : now + shortest;
        shortest = NEVER;
        for (Call call : calls.values()) {
            first = Math.min(first, due(call));
        }
        if (first < next) {
            lookAt(first);
        }
    }
}
