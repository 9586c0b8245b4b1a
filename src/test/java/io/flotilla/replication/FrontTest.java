package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.replication.Standing.Role;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrontTest {
    private final Signals signals = new Signals();
    private final Front front = new Front(signals);

    /// Seen in a campaign (seed 205): a former leader waited for what others' servers would tell, and these waited ten
    /// seconds for its data before they did without.
    @Test
    void whoseProofWaitsForOthersIsNotWaitedFor() {
        front.phase(new Front.Phase(Role.PROVING, "", Instant.EPOCH));
        assertThat(front.standing()).isEqualTo(Role.PROVING);

        front.asksPeers(true);
        assertThat(front.standing()).isEqualTo(Role.UNPROVED);

        front.asksPeers(false);
        assertThat(front.standing()).isEqualTo(Role.PROVING);
    }

    @Test
    void whoIsPastItsProofIsWhatItIs() {
        front.asksPeers(true);
        front.phase(new Front.Phase(Role.FOLLOWING, "", Instant.EPOCH));

        assertThat(front.standing()).isEqualTo(Role.FOLLOWING);
    }

    /// A leader that was told to stop gave the lead to a node that had been told the same.
    @Test
    void whoWasToldToStopIsNotGivenTheLeadNorAskedForData() {
        signals.stop();

        for (Role role : List.of(Role.PROVING, Role.FOLLOWING, Role.PROMOTING, Role.REBUILDING)) {
            front.phase(new Front.Phase(role, "", Instant.EPOCH));
            assertThat(front.standing()).as(role.name()).isEqualTo(Role.STOPPED);
        }
        front.phase(new Front.Phase(Role.LEADING, "", Instant.EPOCH));
        assertThat(front.standing()).as("it gives the lead away").isEqualTo(Role.LEADING);
    }
}
