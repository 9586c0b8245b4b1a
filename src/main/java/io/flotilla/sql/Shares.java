package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How many sessions of a pool one client may have, so that others get some. Thread-safe. The node's own are not counted:
/// it is everybody there.
final class Shares {
    private final int limit;
    private final Map<String, Share> shares = new ConcurrentHashMap<>();

    Shares(int limit) {
        this.limit = limit;
    }

    /// What one client has; gone when it has nothing and waits for nothing.
    private record Share(Semaphore permits, int users) {
        Share with(int more) {
            return new Share(permits, users + more);
        }
    }

    /// @return false if there was none within the deadline; else [#release] must follow
    boolean tryAcquire(Identity who, Deadline deadline) throws InterruptedException {
        if (who.isNode()) {
            return true;
        }
        Share share = shares.compute(who.user(), this::entered);
        boolean acquired = false;
        try {
            acquired = share.permits().tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            return acquired;
        } finally {
            if (!acquired) {
                leave(who);
            }
        }
    }

    private Share entered(String user, @Nullable Share share) {
        return share == null ? new Share(new Semaphore(limit, true), 1) : share.with(1);
    }

    void release(Identity who) {
        if (!who.isNode()) {
            Share share = shares.get(who.user());
            if (share != null) {
                share.permits().release();
            }
            leave(who);
        }
    }

    private void leave(Identity who) {
        shares.computeIfPresent(
                who.user(), (user, share) -> share.users() == 1 ? null : share.with(-1));
    }
}
