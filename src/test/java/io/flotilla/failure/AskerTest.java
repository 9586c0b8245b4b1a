package io.flotilla.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AskerTest {
    private final FlotillaException late =
            new FlotillaException(Failure.UNKNOWN, "the deadline was over");
    private final List<FlotillaException> told = new ArrayList<>();
    private final Asker asker = Asker.watched(told::add);
    private int after;

    private Asker.Ending until(long nanoTime) {
        return asker.whenOverdue(nanoTime, () -> late, () -> after++);
    }

    @Test
    void isToldOnceWhenItsTimeIsOver() {
        Asker.Ending waiting = until(100);

        assertThat(asker.overdue(99)).isFalse();
        assertThat(asker.overdue(100)).isTrue();
        asker.tellOverdue(100);
        assertThat(asker.overdue(200)).isFalse();
        asker.tellOverdue(200);

        waiting.close();
        assertThat(waiting.ran()).isTrue();
        assertThat(told).containsExactly(late);
        assertThat(after).isEqualTo(1);
    }

    @Test
    void isToldNothingAfterItWasClosed() {
        Asker.Ending waiting = until(100);
        waiting.close();

        assertThat(asker.overdue(100)).isFalse();
        asker.tellOverdue(100);

        assertThat(waiting.ran()).isFalse();
        assertThat(told).isEmpty();
    }

    /// Who looked at the clock for one wait may come when the next has begun.
    @Test
    void aLaterWaitIsNotEndedByALookAtAnEarlierOne() {
        until(100).close();
        Asker.Ending next = until(300);

        asker.tellOverdue(200);

        assertThat(next.ran()).isFalse();
        assertThat(asker.overdue(300)).isTrue();
    }

    /// System#nanoTime may be negative, and run over.
    @Test
    void timesAreComparedByTheirDifference() {
        until(Long.MIN_VALUE + 10);

        assertThat(asker.overdue(Long.MAX_VALUE - 10)).isFalse();
        assertThat(asker.overdue(Long.MIN_VALUE + 11)).isTrue();
    }

    /// What it waits for is ended first, and it is told later if that was of no use.
    @Test
    void whatIsDoneForItIsEndedAtATimeAndItIsToldAtAnother() {
        Asker.Ending limit = asker.endAt(100, () -> after += 10);
        Asker.Ending waiting = until(200);

        assertThat(asker.overdue(99)).isFalse();
        assertThat(asker.overdue(100)).isTrue();
        asker.tellOverdue(100);
        assertThat(asker.overdue(101)).isFalse();
        assertThat(told).isEmpty();
        assertThat(after).isEqualTo(10);
        asker.tellOverdue(200);

        limit.close();
        waiting.close();
        assertThat(limit.ran()).isTrue();
        assertThat(told).containsExactly(late);
        assertThat(after).isEqualTo(11);
    }

    @Test
    void nothingIsEndedAfterItWasClosed() {
        Asker.Ending limit = asker.endAt(100, () -> after += 10);
        limit.close();

        assertThat(asker.overdue(100)).isFalse();
        asker.tellOverdue(100);

        assertThat(limit.ran()).isFalse();
        assertThat(after).isZero();
    }

    @Test
    void whoCannotBeToldIsNot() {
        assertThat(Asker.watched().canBeTold()).isFalse();
        assertThat(Asker.unknown().canBeTold()).isFalse();
        assertThatThrownBy(() -> Asker.watched().whenOverdue(0, () -> late, () -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Asker.watched().endAt(0, () -> {}))
                .isInstanceOf(IllegalStateException.class);
    }
}
