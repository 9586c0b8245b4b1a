package io.flotilla.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Session 1 beside session 2.
final class SessionCheckTest {
    private static final Outcome OK = new Outcome.Acknowledged(1, "0-1-7");
    private static final Outcome UNKNOWN = new Outcome.Unknown("no answer");

    private final SessionCheck check = new SessionCheck(1);

    @Test
    void isContentWithWhatOnlyGrows() {
        write(OK);
        check.readBehindToken("node 1", Map.of(1, 1L, 2, 0L));
        write(UNKNOWN);
        check.readBehindToken("node 2", Map.of(1, 2L, 2, 5L));
        check.readLinearizably("node 3", Map.of(1, 2L, 2, 5L));
        assertThat(check.complaints()).isEmpty();
    }

    @Test
    void isContentWithAnOlderStateBehindTheTokenAndInAnotherConnection() {
        write(OK);
        write(UNKNOWN);
        check.readBehindToken("node 1", Map.of(1, 2L, 2, 5L));
        check.readBehindToken("node 2", Map.of(1, 1L, 2, 4L));
        check.connected();
        check.readInConnection("node 1", Map.of(1, 2L, 2, 5L));
        check.connected();
        check.readInConnection("node 2", Map.of(1, 0L, 2, 0L));
        assertThat(check.complaints()).isEmpty();
    }

    @Test
    void objectsToAnOwnWriteThatIsNotRead() {
        write(OK);
        write(OK);
        check.readBehindToken("node 1", Map.of(1, 1L, 2, 0L));
        assertObjects("OWN WRITE NOT READ");
    }

    @Test
    void objectsToAConnectionThatGoesBack() {
        check.connected();
        check.readInConnection("node 1", Map.of(1, 0L, 2, 5L));
        check.readInConnection("node 1", Map.of(1, 0L, 2, 4L));
        assertObjects("BACK within a connection");
    }

    @Test
    void objectsToALinearizableReadThatGoesBack() {
        check.readLinearizably("node 1", Map.of(1, 0L, 2, 5L));
        check.readLinearizably("node 2", Map.of(1, 0L, 2, 4L));
        assertObjects("BACK");
    }

    @Test
    void objectsToALinearizableReadBehindWhatAReplicaShowed() {
        check.readInConnection("node 1", Map.of(1, 0L, 2, 5L));
        check.readLinearizably("node 2", Map.of(1, 0L, 2, 4L));
        assertObjects("BACK");
    }

    @Test
    void objectsToACounterThatIsGone() {
        check.readLinearizably("node 1", Map.of(1, 0L, 2, 0L));
        check.readLinearizably("node 1", Map.of(1, 0L));
        assertObjects("BACK");
    }

    @Test
    void objectsToWhatWasNeverWritten() {
        check.readLinearizably("node 1", Map.of(1, 1L));
        assertObjects("FROM THE FUTURE");
    }

    private void write(Outcome outcome) {
        check.next();
        check.wrote(outcome);
    }

    private void assertObjects(String word) {
        assertThat(check.complaints()).singleElement().asString().contains(word);
    }
}
