package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The keys whose writes this node is doing now: a repeat waits for the first. Thread-safe.
///
/// It is enough that the leader knows: what another leader was doing is in the log or gone when this one opens.
final class KeysUnderWay {
    private final Map<Hash, CountDownLatch> underWay = new ConcurrentHashMap<>();

    /// Waits until nobody else is at it.
    ///
    /// @throws FlotillaException `Unknown` if the deadline is over first
    Turn take(Hash id, Deadline deadline) throws InterruptedException {
        CountDownLatch mine = new CountDownLatch(1);
        while (true) {
            CountDownLatch other = underWay.putIfAbsent(id, mine);
            if (other == null) {
                return () -> {
                    underWay.remove(id, mine);
                    mine.countDown();
                };
            }
            if (!other.await(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new FlotillaException(
                        Failure.UNKNOWN,
                        "an earlier request with this Idempotency-Key is still under way");
            }
        }
    }

    /// The right to do it.
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
