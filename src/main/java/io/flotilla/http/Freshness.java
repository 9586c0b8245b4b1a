package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Replica;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// How old the data of this node's server are at most. Thread-safe.
///
/// A server that has shown everything up to a read index shows everything that was acknowledged before that was asked
/// for. So its data are not older than the question, and a question is asked only when the last one is too old.
final class Freshness {
    private final Replica replica;
    private volatile @Nullable Known known;

    Freshness(Replica replica) {
        this.replica = replica;
    }

    /// @throws FlotillaException `Stale` if the data cannot be shown to be at most that old
    DataSource await(Duration oldest, Deadline deadline) throws InterruptedException {
        Known last = known;
        if (last != null && last.serves(replica) && last.age().compareTo(oldest) <= 0) {
            return last.server();
        }
        long asked = System.nanoTime();
        Deadline patience = oldest.compareTo(deadline.left()) < 0 ? Deadline.in(oldest) : deadline;
        try {
            Known now = new Known(replica.awaitLinearizable(patience), asked);
            known = now;
            if (now.age().compareTo(oldest) <= 0) {
                return now.server();
            }
        } catch (FlotillaException e) {
            throw new FlotillaException(
                    Failure.STALE,
                    "this node's data cannot be shown to be at most "
                            + oldest.toMillis()
                            + " ms old: "
                            + e.message(),
                    e);
        }
        throw new FlotillaException(
                Failure.STALE,
                "to show that the data are new takes longer than " + oldest.toMillis() + " ms");
    }

    /// @param server that showed everything
    /// @param nanoTime as of when
    private record Known(DataSource server, long nanoTime) {
        Duration age() {
            return Duration.ofNanos(System.nanoTime() - nanoTime);
        }

        /// A new start of the server is a new object, whatever equals says.
        @SuppressWarnings("ReferenceEquality")
        boolean serves(Replica replica) {
            return replica.server().filter(now -> now == server).isPresent();
        }
    }
}
