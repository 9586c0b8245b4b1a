package io.flotilla.consensus.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import io.flotilla.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingCallsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LONG = 60_000;

    private final ScheduledThreadPoolExecutor alarms = new ScheduledThreadPoolExecutor(1);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final WaitingCalls calls = new WaitingCalls(alarms, () -> told.add("timed out"));

    @AfterEach
    void stop() {
        alarms.shutdownNow();
    }

    private static Call call(long timeoutMillis, CompletableFuture<Throwable> failure) {
        return new Call(
                TimeoutNowRequest.getDefaultInstance(),
                new InvokeCallback() {
                    @Override
                    public void complete(Object result, Throwable error) {
                        failure.complete(error);
                    }

                    @Override
                    public Executor executor() {
                        return Runnable::run;
                    }
                },
                Runnable::run,
                timeoutMillis);
    }

    private CompletableFuture<Throwable> add(long id, long timeoutMillis) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        calls.add(id, call(timeoutMillis, failure));
        return failure;
    }

    @Test
    void givesUpWhatIsNotAnsweredInTimeAlsoBehindOnesThatHaveLonger() throws Exception {
        CompletableFuture<Throwable> later = add(1, LONG);
        CompletableFuture<Throwable> soon = add(2, 20);
        CompletableFuture<Throwable> sooner = add(3, 10);

        assertThat(soon).succeedsWithin(PATIENCE).isInstanceOf(InvokeTimeoutException.class);
        assertThat(sooner).succeedsWithin(PATIENCE).isInstanceOf(InvokeTimeoutException.class);
        Eventually.eventually(PATIENCE, () -> assertThat(told).isNotEmpty());
        assertThat(later).isNotDone();
        assertThat(calls.remove(1)).isNotNull();
        assertThat(calls.remove(2)).isNull();
    }

    @Test
    void givesUpACallThatComesAfterTheAlarmHasGone() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(add(i, 5)).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void callsThatAreAnsweredInTimeShareOneAlarm() {
        for (int i = 0; i < 1000; i++) {
            add(i, LONG);
            assertThat(calls.remove(i)).isNotNull();
        }
        assertThat(alarms.getQueue()).hasSize(1);
        assertThat(told).isEmpty();
    }

    @Test
    void failsAllInTheirOrder() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            add(i, LONG).thenAccept(error -> order.add(number));
        }

        calls.failAll("the connection broke");

        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
}
