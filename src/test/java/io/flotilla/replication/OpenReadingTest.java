package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class OpenReadingTest {
    private static final Duration ANY_LIMIT = Duration.ofHours(1);
    private static final Duration LITTLE = Duration.ofSeconds(30);

    private final List<CompletableFuture<Long>> questions = new ArrayList<>();
    private Duration behind = Duration.ZERO;
    private final OpenReading reading = new OpenReading(Path.of("s"), () -> behind, this::ask);

    @Test
    void isFarBehindUntilItHasAppliedWhatAQuorumNames() {
        assertThat(reading.lag()).isGreaterThan(ANY_LIMIT);
        reading.look(true, 5);
        reading.look(true, 100);
        assertThat(reading.lag()).as("nobody has answered").isGreaterThan(ANY_LIMIT);

        questions.getFirst().complete(100L);
        reading.look(true, 99);
        assertThat(reading.lag()).as("one is lacking").isGreaterThan(ANY_LIMIT);
        assertThat(reading.sure()).isFalse();

        reading.look(true, 100);
        assertThat(reading.lag()).isZero();
        assertThat(reading.sure()).isTrue();
        assertThat(questions).hasSize(1);
    }

    @Test
    void isAsFarBehindAsWhatItKnowsSays() {
        catchUp();
        behind = Duration.ofSeconds(3);
        assertThat(reading.lag()).isEqualTo(behind);
    }

    @Test
    void countsTheTimeWithoutALeaderUntilItHasCaughtUpBehindIt() {
        catchUp();
        reading.look(false, 100);
        assertThat(reading.lag()).isPositive().isLessThan(LITTLE);

        reading.look(true, 100);
        assertThat(reading.lag()).as("what was missed is not known yet").isPositive();

        questions.getLast().complete(900L);
        reading.look(true, 100);
        assertThat(reading.lag()).as("what was missed is lacking").isPositive();

        reading.look(true, 900);
        assertThat(reading.lag()).isZero();
    }

    @Test
    void asksAgainWhenNobodyAnsweredOrTheLeaderWasLost() {
        reading.look(true, 7);
        questions.getLast().completeExceptionally(new IllegalStateException("no leader"));
        reading.look(true, 7);
        assertThat(questions).hasSize(2);

        reading.look(false, 7);
        questions.getLast().complete(7L);
        reading.look(true, 7);
        assertThat(questions).hasSize(3);
        assertThat(reading.lag()).isGreaterThan(ANY_LIMIT);
    }

    private void catchUp() {
        reading.look(true, 100);
        questions.getLast().complete(100L);
        reading.look(true, 100);
        assertThat(reading.lag()).isZero();
    }

    private CompletableFuture<Long> ask() {
        CompletableFuture<Long> question = new CompletableFuture<>();
        questions.add(question);
        return question;
    }
}
