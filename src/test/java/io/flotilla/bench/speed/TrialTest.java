package io.flotilla.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialTest {
    private static final int PER_SECOND = 200;
    private static final Trial.Load OPEN = new Trial.Load(1, 0, 1, PER_SECOND);

    @TempDir private Path directory;

    @Test
    void openLoopCountsTheWaitOfEveryRequestThatWasDueWhileOneWasNotAnswered() throws IOException {
        // One answer of 50 comes after half a second; all others at once.
        Trial.Outcome outcome = run(request -> request == 50 ? 500 : 0);

        // A hundred were due meanwhile; one of them at once. To wait for the answer would show one
        // slow request of 200.
        assertThat(outcome.p99()).isGreaterThan(400);
        assertThat(share(outcome)).isBetween(PER_SECOND - 1, PER_SECOND + 1);
    }

    @Test
    void openLoopSendsAlsoWhatIsStillWaitingWhenTheTimeIsOver() throws IOException {
        // Stands still from the middle to a little after the end.
        Trial.Outcome outcome = run(request -> request == PER_SECOND / 2 ? 700 : 0);

        // Those that were due meanwhile are not left out: a quarter of all waited for 450 ms or
        // more.
        assertThat(outcome.operations()).isBetween(PER_SECOND - 1, PER_SECOND + 1);
        assertThat(outcome.p99()).isGreaterThan(600);
        assertThat(outcome.errors()).isZero();
    }

    @Test
    void openLoopCountsWhatItCouldNotSendAsErrors() throws IOException {
        Trial.Outcome outcome = run(request -> 100);

        assertThat(outcome.errors()).isPositive();
        assertThat(outcome.firstError()).startsWith("not sent");
        assertThat(share(outcome)).isBetween(PER_SECOND - 1, PER_SECOND + 1);
    }

    @Test
    void errorsAreCountedAndTheFirstIsKept() throws IOException {
        Trial.Outcome outcome =
                run(request -> {
                    if (request % 10 == 0) {
                        throw new IllegalArgumentException("refused " + request);
                    }
                    return 0;
                });

        assertThat(outcome.errors()).isBetween(19L, 21L);
        assertThat(outcome.firstError()).isEqualTo("refused 0");
    }

    private static int share(Trial.Outcome outcome) {
        return outcome.operations() + (int) outcome.errors();
    }

    private Trial.Outcome run(IntUnaryOperator millis) throws IOException {
        return Trial.run(new Pretended(directory, millis), Workload.INSERT, OPEN, 0);
    }

    /// A system that takes a time of its own for each request.
    ///
    /// @param millis for the request of this number, from 0; what it throws is the system's refusal
    private record Pretended(Path directory, IntUnaryOperator millis) implements Contestant {
        @Override
        public Session open() {
            return new Session() {
                private int requests;

                @Override
                public void run(List<String> statements, boolean transaction) throws IOException {
                    try {
                        Patience.pause(Duration.ofMillis(millis.applyAsInt(requests++)));
                    } catch (IllegalArgumentException e) {
                        throw new IOException(e.getMessage(), e);
                    }
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Collection<Long> processes() {
            return List.of();
        }

        @Override
        public void awaitApplied() {}

        @Override
        public void close() {}
    }
}
