package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.replication.Standing.Role;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class FrontTest {
    private final Front front = new Front(new Signals());

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
}
