package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PhasesTest {
    private static final LocalTime DEATH = LocalTime.of(12, 0, 1);

    @Test
    void areReadFromTheNewLeadersLog() {
        Phases phases =
                Phases.of(
                        List.of(
                                "12:00:00.500 INFO [role] node 2: FOLLOWING → PROMOTING (term 3)",
                                "12:00:01.030 INFO [raft] node 2: leader 1 is gone; this node stands as number 0",
                                "12:00:01.080 INFO [role] node 2: FOLLOWING → PROMOTING (term 4)",
                                "12:00:01.120 INFO [role] node 2 leads term 4 after 0-3-12, promoted in 38.2 ms:"
                                        + " reign 3.1, drain 20.0, stop replica 2.0, open 13.1"),
                        DEATH);

        assertThat(phases.detection()).hasValue(30.0);
        assertThat(phases.election()).hasValue(50.0);
        assertThat(phases.promotion())
                .isEqualTo(Map.of("reign", 3.1, "drain", 20.0, "stop replica", 2.0, "open", 13.1));
    }

    @Test
    void lackTheDetectionWhenTheElectionTimeoutCameFirst() {
        Phases phases =
                Phases.of(List.of("12:00:02,000 node 2: FOLLOWING → PROMOTING (term 4)"), DEATH);

        assertThat(phases.detection()).isEmpty();
        assertThat(phases.election()).hasValue(1000.0);
    }

    @Test
    void goOnAfterMidnight() {
        Phases phases =
                Phases.of(
                        List.of("00:00:00.100 node 2: FOLLOWING → PROMOTING (term 4)"),
                        LocalTime.of(23, 59, 59, 900_000_000));

        assertThat(phases.election()).hasValue(200.0);
    }
}
