package io.flotilla.replication;

import static io.flotilla.Eventually.eventually;
import static io.flotilla.replication.NodesInOneJvm.PATIENCE;
import static io.flotilla.replication.NodesInOneJvm.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Planned handovers that do not go as planned. Open work is waited for ten minutes, so that who waits for it is found
/// out.
@Tag("system")
final class HandoverTest {
    private static final ReplicationConfig PATIENT =
            new ReplicationConfig(
                    0,
                    Duration.ofMinutes(10),
                    ReplicationConfig.DEFAULT.rest(),
                    ReplicationConfig.DEFAULT.replay(),
                    0,
                    ReplicationConfig.DEFAULT_LAG_MAX,
                    Duration.ZERO);

    @TempDir private Path directory;

    private NodesInOneJvm fleet;

    @BeforeEach
    void start() throws Exception {
        fleet = new NodesInOneJvm(directory, 3, PATIENT);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    /// Its clients waited for as long as for open work, twice, though nothing could be committed any more.
    @Test
    void doesNotWaitForOpenWorkOfALeadThatIsLost() throws Exception {
        Replication leader = fleet.leader();
        write(leader, "CREATE DATABASE d", "CREATE TABLE d.t (a INT)");
        fleet.everybodyServes();
        List<Replication> others = new ArrayList<>(fleet.nodes());
        others.remove(leader);
        Reign reign = leader.reign().orElseThrow();
        try (Reign.Pass _ = reign.enter(Deadline.in(PATIENCE))) {
            leader.handOver(Optional.empty());
            eventually(PATIENCE, () -> assertThat(reign.held()).isTrue());

            others.forEach(Replication::close);

            eventually(PATIENCE, () -> assertThat(reign.ended()).isTrue());
        }
    }
}
