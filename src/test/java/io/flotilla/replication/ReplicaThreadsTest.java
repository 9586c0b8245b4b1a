package io.flotilla.replication;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.engine.ReplicaStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplicaThreadsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final ReplicaStatus RUNNING = new ReplicaStatus(true, true, 0, "", 0, "", "");

    private final AtomicInteger asked = new AtomicInteger();
    private volatile CompletableFuture<ReplicaStatus> server = new CompletableFuture<>();
    private final ReplicaThreads threads =
            new ReplicaThreads(() -> {
                asked.incrementAndGet();
                try {
                    return server.join();
                } catch (CompletionException e) {
                    throw (RuntimeException) e.getCause();
                }
            });

    private static ReplicaStatus stopped(int errno) {
        return new ReplicaStatus(true, false, 0, "", errno, "duplicate", "");
    }

    @Test
    void aServerThatAnswersIsNotSilent() throws Exception {
        server.complete(RUNNING);
        assertThat(threads.failure()).isEmpty();
        assertThat(threads.silent()).isFalse();

        server = CompletableFuture.completedFuture(stopped(1062));
        assertThat(threads.failure()).hasValue("error 1062, duplicate");
    }

    @Test
    void aServerThatSaysNothingIsAskedOnceAndNotWaitedFor() throws Exception {
        assertThat(threads.failure()).isEmpty();
        assertThat(threads.silent()).isTrue();
        assertThat(threads.failure()).isEmpty();
        assertThat(asked).hasValue(1);

        server.complete(stopped(1062));
        eventually(PATIENCE, () -> assertThat(threads.failure()).isPresent());
        assertThat(threads.silent()).isFalse();
        assertThat(asked).hasValue(1);
    }

    @Test
    void aServerThatIsGoneIsAFailureOfTheQuestion() throws Exception {
        server.completeExceptionally(new ServerTrouble("gone"));
        assertThatThrownBy(threads::failure).isInstanceOf(ServerTrouble.class);
        server = CompletableFuture.completedFuture(RUNNING);
        assertThat(threads.failure()).isEmpty();
    }
}
