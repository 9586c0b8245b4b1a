package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.History.Span;
import io.flotilla.bench.History.TokenRead;
import io.flotilla.bench.History.TokenWrite;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class TokenCheckTest {
    private static final Outcome DONE = new Outcome.Acknowledged(1, "0-1-1");
    private static final Outcome NOT = new Outcome.NotApplied("refused");
    private static final Outcome OPEN = new Outcome.Unknown("broken");

    @Nested
    final class FinalRows {
        @Test
        void areFineWhenEveryAcknowledgedOneIsThereOnceAndTheUnknownOnesMayBe() {
            TokenCheck check = check(write(1, DONE), write(2, OPEN), write(3, OPEN), write(4, NOT));

            assertThat(check.finalRows(1, List.of(1L, 2L))).isEmpty();
        }

        @Test
        void lackAnAcknowledgedOne() {
            assertThat(check(write(1, DONE), write(2, DONE)).finalRows(3, List.of(1L)))
                    .singleElement()
                    .asString()
                    .contains("LOST", "node 3", "token=2");
        }

        @Test
        void holdAnAcknowledgedOneTwice() {
            assertThat(check(write(1, DONE)).finalRows(1, List.of(1L, 1L)))
                    .singleElement()
                    .asString()
                    .contains("2 TIMES");
        }

        @Test
        void holdAnUnknownOneTwice() {
            assertThat(check(write(1, OPEN)).finalRows(1, List.of(1L, 1L)))
                    .singleElement()
                    .asString()
                    .contains("2 TIMES");
        }

        @Test
        void holdOneThatWasSaidNotToBeApplied() {
            assertThat(check(write(1, NOT)).finalRows(1, List.of(1L)))
                    .singleElement()
                    .asString()
                    .contains("THERE though");
        }

        @Test
        void holdOneThatNobodyWrote() {
            assertThat(check(write(1, DONE)).finalRows(1, List.of(1L, 9L)))
                    .singleElement()
                    .asString()
                    .contains("FROM NOWHERE");
        }
    }

    @Nested
    final class Reads {
        @Test
        void areFineWhenTheyShowWhatWasAcknowledgedBeforeThem() {
            TokenCheck check = check(write(1, DONE, 0, 10), write(2, DONE, 5, 30));

            assertThat(check.reads(List.of(read(20, 25, 1L), read(31, 40, 1L, 2L)))).isEmpty();
        }

        @Test
        void mayShowAWriteBeforeItIsAcknowledged() {
            assertThat(check(write(1, DONE, 0, 50)).reads(List.of(read(10, 20, 1L)))).isEmpty();
        }

        @Test
        void lackAWriteThatWasAcknowledgedBefore() {
            assertThat(check(write(1, DONE, 0, 10)).reads(List.of(read(11, 20))))
                    .singleElement()
                    .asString()
                    .contains("STALE");
        }

        @Test
        void lackAnUnknownWriteThatAnEarlierReadHasShown() {
            TokenCheck check = check(write(1, OPEN, 0, 100));

            assertThat(check.reads(List.of(read(10, 20, 1L), read(21, 30))))
                    .singleElement()
                    .asString()
                    .contains("STALE");
        }

        @Test
        void mayLackItWhenTheyOverlap() {
            TokenCheck check = check(write(1, OPEN, 0, 100));

            assertThat(check.reads(List.of(read(10, 20, 1L), read(15, 30)))).isEmpty();
        }

        @Test
        void mayLackWhatTheyDidNotAskFor() {
            TokenRead read = new TokenRead("t", 1, 100, List.of(), 1, new Span(50, 60));

            assertThat(check(write(1, DONE, 0, 10)).reads(List.of(read))).isEmpty();
        }

        @Test
        void showARowTwice() {
            assertThat(check(write(1, DONE, 0, 10)).reads(List.of(read(11, 20, 1L, 1L))))
                    .singleElement()
                    .asString()
                    .contains("2 TIMES");
        }

        @Test
        void showOneThatWasSaidNotToBeApplied() {
            assertThat(check(write(1, NOT, 0, 10)).reads(List.of(read(11, 20, 1L))))
                    .singleElement()
                    .asString()
                    .contains("THERE though");
        }
    }

    @Test
    void looksOnlyAtItsOwnTable() {
        TokenWrite elsewhere = new TokenWrite("other", 7, 1, new Span(0, 1), DONE);

        assertThat(check(elsewhere).finalRows(1, List.of())).isEmpty();
    }

    private static TokenCheck check(TokenWrite... writes) {
        return new TokenCheck("t", List.of(writes));
    }

    private static TokenWrite write(long token, Outcome outcome) {
        return write(token, outcome, 0, 1);
    }

    private static TokenWrite write(long token, Outcome outcome, long began, long ended) {
        return new TokenWrite("t", token, 1, new Span(began, ended), outcome);
    }

    private static TokenRead read(long began, long ended, Long... tokens) {
        return new TokenRead("t", 0, 100, List.of(tokens), 1, new Span(began, ended));
    }
}
