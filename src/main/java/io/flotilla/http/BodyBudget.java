package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.concurrent.atomic.AtomicLong;

/// The memory that all bodies together may take. Thread-safe.
final class BodyBudget {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(long limit) {
        this.limit = limit;
    }

    /// @throws FlotillaException `Overloaded` if there is not so much left
    void take(long bytes) {
        if (taken.addAndGet(bytes) > limit) {
            taken.addAndGet(-bytes);
            throw new FlotillaException(
                    Failure.OVERLOADED,
                    "the bodies of all requests under way exceed " + limit + " bytes");
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
