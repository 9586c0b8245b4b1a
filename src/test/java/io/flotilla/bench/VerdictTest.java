package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.PretendedFleet.Lie;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole load against a fleet that tells the truth, and against ones that do not.
final class VerdictTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ENOUGH = 400;

    @TempDir private Path directory;

    @Test
    void isContentWithATruthfulFleet() {
        assertThat(complaintsAbout(Lie.NONE)).isEmpty();
    }

    @Test
    void objectsToALostInsert() {
        assertThat(complaintsAbout(Lie.LOSE)).anyMatch(text -> text.contains("LOST"));
    }

    @Test
    void objectsToADoubledInsert() {
        assertThat(complaintsAbout(Lie.DOUBLE)).anyMatch(text -> text.contains("2 TIMES"));
    }

    @Test
    void objectsToADeniedInsert() {
        assertThat(complaintsAbout(Lie.DENY)).anyMatch(text -> text.contains("THERE though"));
    }

    @Test
    void objectsToALostUpdate() {
        assertThat(complaintsAbout(Lie.LOSE_UPDATE)).isNotEmpty();
    }

    @Test
    void objectsToADoubledUpdate() {
        assertThat(complaintsAbout(Lie.DOUBLE_UPDATE)).isNotEmpty();
    }

    @Test
    void objectsToAStaleRead() {
        assertThat(complaintsAbout(Lie.STALE)).anyMatch(text -> text.contains("STALE"));
    }

    private List<String> complaintsAbout(Lie lie) {
        LoadPlan plan = new LoadPlan(2, 2, 2, 2, 1, Duration.ofMillis(1), Duration.ofMillis(1));
        try (PretendedFleet pretended = new PretendedFleet(lie);
                FleetClient client = new FleetClient(SOON);
                Fleet fleet = pretended.fleet(directory)) {
            Load load = Load.start(pretended.http(), client, plan, 1);
            Patience.until(SOON, () -> "a history", () -> load.history().writes().count() > ENOUGH);
            load.burst(1, 3);
            return Verdict.of(fleet, load.stop(), List.of(1, 2, 3), SOON).complaints();
        }
    }
}
