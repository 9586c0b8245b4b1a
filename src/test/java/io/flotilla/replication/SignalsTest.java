package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SignalsTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long DEADLINE_SECONDS = 30;

    private final Signals signals = new Signals();

    @AfterEach
    void stop() {
        signals.stop();
    }

    /// Seen in a campaign: a copy was asked for, which wakes under the desk's lock, at the moment at which the role thread
    /// looked whether one was asked for. The node's log stood still for ever.
    @Test
    void whoWakesMayHoldALockThatTheConditionTakes() throws Exception {
        ReentrantLock desk = new ReentrantLock();
        CountDownLatch looking = new CountDownLatch(1);
        AtomicBoolean asked = new AtomicBoolean();
        CompletableFuture<Boolean> sleeper;
        desk.lock();
        try {
            sleeper =
                    awaiting(() -> {
                        looking.countDown();
                        desk.lock();
                        try {
                            return asked.get();
                        } finally {
                            desk.unlock();
                        }
                    });
            assertThat(looking.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            asked.set(true);
            CompletableFuture<Void> woken = CompletableFuture.runAsync(signals::wake);
            woken.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } finally {
            desk.unlock();
        }
        assertThat(sleeper.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void newsDuringALookAreNotSleptThrough() throws Exception {
        AtomicBoolean news = new AtomicBoolean();
        CompletableFuture<Boolean> sleeper =
                awaiting(() -> {
                    boolean seen = news.getAndSet(true);
                    if (!seen) {
                        signals.wake();
                    }
                    return seen;
                });
        assertThat(sleeper.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStopEndsEachWait() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CompletableFuture<Boolean> sleeper =
                awaiting(() -> {
                    looking.countDown();
                    return false;
                });
        assertThat(looking.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        signals.stop();
        assertThat(sleeper.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void timeEndsAWait() throws InterruptedException {
        assertThat(signals.await(() -> false, Duration.ofMillis(1))).isFalse();
    }

    private CompletableFuture<Boolean> awaiting(BooleanSupplier condition) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(signals.await(condition, LONG));
                    } catch (InterruptedException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }
}
