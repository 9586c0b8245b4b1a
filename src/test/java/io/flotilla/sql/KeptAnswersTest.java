package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class KeptAnswersTest {
    private final SqlConfig config = SqlConfig.defaults();
    private final QuietServer server = new QuietServer();
    private final SessionPool keepers =
            new SessionPool(
                    "keepers",
                    server,
                    Pins.writing(),
                    8,
                    config.maxIdle(),
                    new Logins(config.logins()));
    private final KeptAnswers answers = new KeptAnswers(keepers, config.keys());

    /// The first keyed write of a reign asks for the tables, and its server may hang in it for as long as there is no
    /// majority.
    @Test
    @Timeout(30)
    void whoeverWaitsForAnotherToReachTheTablesWaitsNoLongerThanItsRequest() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        server.beforeEachStatement(sql -> {
            if (sql.equals(KeptTables.SECRET)) {
                hangs.countDown();
                awaitQuietly(goesOn);
            }
        });
        Thread first =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                answers.secret(Deadline.in(Duration.ofMillis(1)));
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        assertThat(hangs.await(10, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> answers.secret(Deadline.in(Duration.ofMillis(50))))
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        e -> {
                            assertThat(e.failure()).isEqualTo(Failure.UNAVAILABLE);
                            assertThat(e.outcome()).isEqualTo(Failure.Outcome.NOT_APPLIED);
                        });

        goesOn.countDown();
        first.join();
        assertThat(answers.secret(Deadline.in(Duration.ofSeconds(5)))).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
