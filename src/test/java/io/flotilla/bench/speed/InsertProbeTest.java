package io.flotilla.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InsertProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CountDownLatch standstill = new CountDownLatch(1);

    /// Answers the first inserts at once; the others wait for the latch.
    private final class Stopping implements Session {
        private static final long LAST_BEFORE = 3;

        @Override
        public void run(List<String> statements, boolean transaction) throws IOException {
            String sql = statements.getFirst();
            long token = Long.parseLong(sql.replaceAll("\\D", ""));
            if (token <= LAST_BEFORE) {
                return;
            }
            try {
                standstill.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void goesOnSendingWhileNobodyAnswers() {
        AtomicLong tokens = new AtomicLong();
        InsertProbe probe = new InsertProbe(List.of(Stopping::new), tokens);
        probe.start();
        Patience.until(PATIENCE, () -> "20 inserts", () -> tokens.get() >= 20);

        assertThat(probe.writes()).hasSize(3);
        long moment = System.nanoTime();
        Patience.until(PATIENCE, () -> "40 inserts", () -> tokens.get() >= 40);
        assertThat(probe.firstAcknowledgedAfter(moment)).isEmpty();

        standstill.countDown();
        probe.close();

        // 20 inserts at 10 ms have gone by since then.
        assertThat(probe.firstAcknowledgedAfter(moment).orElseThrow()).isGreaterThan(100_000_000);
        assertThat(probe.longestWaitAfter(moment)).isGreaterThan(100_000_000);
        assertThat(probe.writes().stream().mapToLong(InsertProbe.Write::token).sorted())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, tokens.get()).boxed().toList());
    }

    @Test
    void aRefusedInsertIsNoAcknowledgement() {
        InsertProbe.Door closed =
                () -> {
                    throw new IOException("nobody there");
                };
        AtomicLong tokens = new AtomicLong();
        try (InsertProbe probe = new InsertProbe(List.of(closed), tokens)) {
            probe.start();
            Patience.until(PATIENCE, () -> "an answer", () -> !probe.writes().isEmpty());

            assertThat(probe.writes()).noneMatch(InsertProbe.Write::acknowledged);
            assertThat(probe.firstAcknowledgedAfter(0)).isEmpty();
        }
    }
}
