package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class TurnstileTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Turnstile turnstile = new Turnstile();

    @Test
    void aPauseWaitsForWhoIsInside() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        Thread client =
                Thread.ofVirtual()
                        .start(() ->
                                turnstile.pass(() -> {
                                    inside.countDown();
                                    await(leave);
                                    left.set(true);
                                }));
        inside.await();
        Thread.ofVirtual().start(leave::countDown);

        try (Turnstile.Pause _ = turnstile.pause()) {
            assertThat(left).isTrue();
        }
        assertThat(client.join(SOON)).isTrue();
    }

    @Test
    void nobodyPassesDuringAPause() throws Exception {
        AtomicBoolean passed = new AtomicBoolean();
        Thread client;
        try (Turnstile.Pause _ = turnstile.pause()) {
            client = Thread.ofPlatform().start(() -> turnstile.pass(() -> passed.set(true)));
            Patience.until(
                    SOON,
                    () -> "a client that waits",
                    () -> client.getState() == Thread.State.WAITING);
            assertThat(passed).isFalse();
        }
        assertThat(client.join(SOON)).isTrue();
        assertThat(passed).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
