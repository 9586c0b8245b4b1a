package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponseThreadTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final ResponseThread responses = new ResponseThread(executor);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void whoBringsAnAnswerHandlesItWhenNobodyElseDoes() {
        CompletableFuture<Thread> handler = new CompletableFuture<>();
        responses.executeHere(() -> handler.complete(Thread.currentThread()));
        assertThat(handler.getNow(null)).isEqualTo(Thread.currentThread());
    }

    @Test
    void anAnswerWaitsForThoseBeforeIt() throws Exception {
        CountDownLatch goesOn = new CountDownLatch(1);
        List<Integer> order = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(3);
        for (int i = 1; i <= 3; i++) {
            int number = i;
            Runnable task =
                    () -> {
                        try {
                            goesOn.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        order.add(number);
                        done.countDown();
                    };
            if (i == 1) {
                responses.execute(task);
            } else {
                responses.executeHere(task);
            }
        }
        assertThat(order).isEmpty();
        goesOn.countDown();
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly(1, 2, 3);
    }

    /// The library counts the consents to a read index without a lock.
    @Test
    void neverHandlesTwoAtOnce() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int[] unguarded = new int[1];
        int each = 20_000;
        Runnable task =
                () -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    unguarded[0]++;
                    inside.decrementAndGet();
                };
        try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
            for (int reader = 0; reader < 3; reader++) {
                boolean here = reader > 0;
                readers.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        if (here) {
                            responses.executeHere(task);
                        } else {
                            responses.execute(task);
                        }
                    }
                });
            }
        }
        executor.shutdown();
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(most).hasValue(1);
        assertThat(unguarded[0]).isEqualTo(3 * each);
    }
}
