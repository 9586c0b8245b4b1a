package io.flotilla.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.History.Span;
import io.flotilla.bench.Outcome;
import io.flotilla.workload.AppendTransaction.Append;
import io.flotilla.workload.AppendTransaction.Read;
import io.flotilla.workload.AppendTransaction.Step;
import io.flotilla.workload.AppendTransaction.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Histories made by hand. All transactions are under way at once unless their times say otherwise.
final class AppendCheckTest {
    private static final Outcome OK = new Outcome.Acknowledged(-1, "");
    private static final Outcome NOT_APPLIED = new Outcome.NotApplied("conflict");
    private static final Outcome UNKNOWN = new Outcome.Unknown("no answer");
    private static final long BEGIN = 1000;
    private static final long END = 2000;

    private final List<AppendTransaction> history = new ArrayList<>();

    @Nested
    final class IsContentWith {
        @Test
        void appendsThatAreReadInTheirOrder() {
            happens(append(1, 10), append(2, 11));
            happens(read(1, "10"), append(1, 20));
            happens(read(1, "10,20"), read(2, "11"));
            atTheEnd(read(1, "10,20"), read(2, "11"));
            assertContent();
        }

        @Test
        void anUnknownAppendThatIsThereAndOneThatIsNot() {
            ends(UNKNOWN, append(1, 10));
            ends(UNKNOWN, append(1, 11));
            ends(NOT_APPLIED, append(1, 12));
            happens(read(1, "10"));
            atTheEnd(read(1, "10"));
            assertContent();
        }

        @Test
        void readsOfWhatATransactionItselfAppended() {
            happens(append(1, 10));
            happens(
                    read(1, "10"),
                    append(1, 20),
                    read(1, "10,20"),
                    append(1, 21),
                    read(1, "10,20,21"));
            atTheEnd(read(1, "10,20,21"));
            assertContent();
        }

        @Test
        void writeSkew() {
            happens(read(1, ""), append(2, 20));
            happens(read(2, ""), append(1, 10));
            atTheEnd(read(1, "10"), read(2, "20"));
            assertContent();
        }

        @Test
        void anOldReadOnAReplica() {
            at(10, 20, View.LEADER, append(1, 10));
            at(30, 40, View.OLD, read(1, ""));
            atTheEnd(read(1, "10"));
            assertContent();
        }
    }

    @Nested
    final class ObjectsTo {
        @Test
        void aLostAppend() {
            happens(append(1, 10));
            happens(append(1, 11));
            atTheEnd(read(1, "11"));
            assertObjects("LOST");
        }

        @Test
        void aValueThatIsThereTwice() {
            happens(append(1, 10));
            atTheEnd(read(1, "10,10"));
            assertObjects("TWICE");
        }

        @Test
        void aValueFromNowhere() {
            atTheEnd(read(1, "7"));
            assertObjects("FROM NOWHERE");
        }

        @Test
        void listsOfWhichNeitherIsTheBeginningOfTheOther() {
            happens(append(1, 10));
            happens(append(1, 11));
            happens(append(1, 12));
            happens(read(1, "11"));
            atTheEnd(read(1, "10,11,12"));
            assertObjects("NOT A BEGINNING");
        }

        @Test
        void aReadOfWhatWasNotApplied() {
            ends(NOT_APPLIED, append(1, 10));
            happens(read(1, "10"));
            atTheEnd(read(1, "10"));
            assertObjects("G1a");
        }

        @Test
        void aReadOfWhatWasNotAppliedAndIsGone() {
            ends(NOT_APPLIED, append(1, 10));
            happens(append(1, 11));
            happens(append(1, 12));
            happens(read(1, "10"));
            atTheEnd(read(1, "11,12"));
            assertObjects("G1a");
        }

        @Test
        void aReadOfAnUnfinishedTransaction() {
            happens(append(1, 10), append(1, 11));
            happens(read(1, "10"));
            atTheEnd(read(1, "10,11"));
            assertObjects("G1b");
        }

        @Test
        void aTransactionThatDoesNotSeeItself() {
            happens(append(1, 10), read(1, ""));
            atTheEnd(read(1, "10"));
            assertObjects("OWN APPEND");
        }

        @Test
        void twoReadsThatDiffer() {
            happens(append(1, 10));
            happens(read(1, ""), read(1, "10"));
            atTheEnd(read(1, "10"));
            assertObjects("READ TWICE");
        }

        @Test
        void writesInTwoOrders() {
            happens(append(1, 10), append(2, 20));
            happens(append(1, 11), append(2, 21));
            atTheEnd(read(1, "10,11"), read(2, "21,20"));
            assertObjects("(G0)");
        }

        @Test
        void twoTransactionsThatSeeEachOther() {
            happens(append(1, 10), read(2, "20"));
            happens(append(2, 20), read(1, "10"));
            atTheEnd(read(1, "10"), read(2, "20"));
            assertObjects("(G1c)");
        }

        @Test
        void aReadOfHalfATransaction() {
            happens(append(1, 10), append(2, 20));
            happens(read(1, "10"), read(2, ""));
            atTheEnd(read(1, "10"), read(2, "20"));
            assertObjects("(G-single)");
        }

        @Test
        void aLostUpdate() {
            happens(append(1, 5));
            happens(read(1, "5"), append(1, 10));
            happens(read(1, "5"), append(1, 11));
            atTheEnd(read(1, "5,10,11"));
            assertObjects("(G-single)");
        }

        @Test
        void twoReadersThatDisagreeAboutTheOrder() {
            happens(append(1, 10));
            happens(append(2, 20));
            happens(read(1, "10"), read(2, ""));
            happens(read(1, ""), read(2, "20"));
            atTheEnd(read(1, "10"), read(2, "20"));
            assertObjects("(G-nonadjacent)");
        }

        @Test
        void aSessionThatGoesBack() {
            happens(append(1, 10));
            inSession("a", read(1, "10"));
            inSession("a", read(1, ""));
            atTheEnd(read(1, "10"));
            assertObjects("(G-single, session)");
        }

        @Test
        void aLinearizableReadOfThePast() {
            at(10, 20, View.LEADER, append(1, 10));
            at(30, 40, View.LINEARIZABLE, read(1, ""));
            atTheEnd(read(1, "10"));
            assertObjects("(G-single, time)");
        }

        @Test
        void aWriterThatDoesNotSeeWhatWasAcknowledged() {
            at(10, 20, View.LEADER, append(1, 10));
            at(30, 40, View.LEADER, read(1, ""), append(2, 20));
            atTheEnd(read(1, "10"), read(2, "20"));
            assertObjects("(G-single, time)");
        }

        @Test
        void anOrderAgainstTime() {
            at(10, 20, View.LEADER, append(1, 10));
            at(30, 40, View.LEADER, append(1, 11));
            atTheEnd(read(1, "11,10"));
            assertObjects("(G0, time)");
        }
    }

    private static Step append(long key, long value) {
        return new Append(key, value);
    }

    private static Step read(long key, String list) {
        return new Read(key, list);
    }

    private void happens(Step... steps) {
        ends(OK, steps);
    }

    private void ends(Outcome outcome, Step... steps) {
        add(Optional.empty(), View.LEADER, new Span(BEGIN, END), outcome, steps);
    }

    private void inSession(String name, Step... steps) {
        add(Optional.of(name), View.OLD, new Span(BEGIN, END), OK, steps);
    }

    private void at(long began, long ended, View view, Step... steps) {
        add(Optional.empty(), view, new Span(began, ended), OK, steps);
    }

    private void atTheEnd(Step... steps) {
        add(Optional.empty(), View.LINEARIZABLE, new Span(END + 1, END + 2), OK, steps);
    }

    private void add(
            Optional<String> session, View view, Span span, Outcome outcome, Step... steps) {
        history.add(
                new AppendTransaction(
                        history.size() + 1, session, view, span, List.of(steps), outcome));
    }

    private void assertContent() {
        assertThat(AppendCheck.complaints(history)).isEmpty();
    }

    private void assertObjects(String word) {
        assertThat(AppendCheck.complaints(history))
                .isNotEmpty()
                .anyMatch(complaint -> complaint.contains(word));
    }
}
