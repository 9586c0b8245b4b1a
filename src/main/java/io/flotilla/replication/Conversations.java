package io.flotilla.replication;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What MySQL clients and the server have to say to each other in a reign, as far as the doors can tell. Thread-safe;
/// never blocks.
///
/// A handover lets transactions come to their end as long as their clients go on with them. What is wrong here loses
/// nothing: a transaction that is not waited for is cut, and the server rolls it back.
final class Conversations {
    /// A client that asks nothing for longer within a transaction is not waited for: all others would wait with it.
    static final Duration PATIENCE = Duration.ofMillis(300);

    private final OpenReign reign;
    private final Set<Open> all = ConcurrentHashMap.newKeySet();

    Conversations(OpenReign reign) {
        this.reign = reign;
    }

    Reign.Conversation begin() {
        Open begun = new Open();
        all.add(begun);
        return begun;
    }

    /// Whether a client goes on with a transaction, or may just begin one.
    ///
    /// @param now in [System#nanoTime]
    boolean goOn(long now) {
        return all.stream().anyMatch(each -> each.goesOn(now));
    }

    private final class Open implements Reign.Conversation {
        private volatile boolean inTransaction;
        private volatile boolean asks;
        private volatile long last = System.nanoTime();

        boolean goesOn(long now) {
            boolean recent = now - last <= PATIENCE.toNanos();
            return inTransaction ? asks || recent : asks && recent;
        }

        /// INVARIANT: says so before it looks whether it may, as a handover forbids it before it looks who does.
        @Override
        public boolean ask() {
            last = System.nanoTime();
            asks = true;
            if (!reign.held() || inTransaction && reign.finishing()) {
                return true;
            }
            asks = false;
            return false;
        }

        @Override
        public void nothing() {
            asks = false;
        }

        @Override
        public void answered(boolean within) {
            last = System.nanoTime();
            inTransaction = within;
            asks = false;
            if (!within) {
                reign.wakeDrain();
            }
        }

        @Override
        public void close() {
            all.remove(this);
            reign.wakeDrain();
        }
    }
}
