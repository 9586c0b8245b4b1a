package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.History.RegisterRead;
import io.flotilla.bench.History.RegisterWrite;
import io.flotilla.bench.History.Span;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class RegisterCheckTest {
    private static final Outcome MOVED = new Outcome.Acknowledged(1, "0-1-1");
    private static final Outcome NO_ROW = new Outcome.Acknowledged(0, "");
    private static final Outcome NOT = new Outcome.NotApplied("refused");
    private static final Outcome OPEN = new Outcome.Unknown("broken");

    @Nested
    final class Writes {
        @Test
        void areFineWhenAnUnknownStepExplainsTheOneThatChangedNothing() {
            assertThat(
                            check(step(0, MOVED), step(1, OPEN), step(1, NO_ROW), step(2, MOVED))
                                    .writes())
                    .isEmpty();
        }

        @Test
        void tookOneStepTwice() {
            assertThat(check(step(0, MOVED), step(0, MOVED)).writes())
                    .singleElement()
                    .asString()
                    .contains("TAKEN TWICE");
        }

        @Test
        void changedNothingWithoutAReason() {
            assertThat(check(step(0, MOVED), step(1, NO_ROW)).writes())
                    .singleElement()
                    .asString()
                    .contains("NOTHING CHANGED");
        }
    }

    @Nested
    final class FinalValue {
        @Test
        void mayOrMayNotHaveTheLastUnknownStep() {
            RegisterCheck check = check(step(0, MOVED), step(1, OPEN));

            assertThat(check.finalValue(1, 1)).isEmpty();
            assertThat(check.finalValue(1, 2)).isEmpty();
        }

        @Test
        void lacksAnAcknowledgedStep() {
            assertThat(check(step(0, MOVED), step(1, MOVED)).finalValue(2, 1))
                    .singleElement()
                    .asString()
                    .contains("LOST");
        }

        @Test
        void hasAStepThatNobodyTook() {
            assertThat(check(step(0, MOVED), step(1, NOT)).finalValue(2, 2))
                    .singleElement()
                    .asString()
                    .contains("UNEXPLAINED");
        }
    }

    @Nested
    final class Reads {
        private final RegisterCheck check =
                check(step(0, MOVED, 0, 10), step(1, OPEN, 20, 30), step(2, MOVED, 40, 50));

        @Test
        void areFineWhenTheyFollowTheWrites() {
            assertThat(check.reads(List.of(read(11, 15, 1), read(21, 29, 2), read(51, 60, 3))))
                    .isEmpty();
        }

        @Test
        void giveAValueOlderThanAnAcknowledgedStep() {
            assertThat(check.reads(List.of(read(51, 60, 2))))
                    .singleElement()
                    .asString()
                    .contains("STALE");
        }

        @Test
        void goBack() {
            assertThat(check.reads(List.of(read(21, 25, 2), read(26, 29, 1))))
                    .singleElement()
                    .asString()
                    .contains("STALE");
        }

        @Test
        void mayGoBackWhenTheyOverlap() {
            assertThat(check.reads(List.of(read(21, 25, 2), read(24, 29, 1)))).isEmpty();
        }

        @Test
        void giveAValueBeforeItWasWritten() {
            assertThat(check.reads(List.of(read(11, 15, 2))))
                    .singleElement()
                    .asString()
                    .contains("FROM THE FUTURE");
        }

        @Test
        void lackTheRegisterAltogether() {
            assertThat(check.reads(List.of(read(1, 2, -1))))
                    .singleElement()
                    .asString()
                    .contains("STALE");
        }
    }

    private static RegisterCheck check(RegisterWrite... writes) {
        return new RegisterCheck(1, List.of(writes));
    }

    private static RegisterWrite step(long from, Outcome outcome) {
        return step(from, outcome, 0, 1);
    }

    private static RegisterWrite step(long from, Outcome outcome, long began, long ended) {
        return new RegisterWrite(1, from, 1, new Span(began, ended), outcome);
    }

    private static RegisterRead read(long began, long ended, long value) {
        return new RegisterRead(1, value, 2, new Span(began, ended));
    }
}
