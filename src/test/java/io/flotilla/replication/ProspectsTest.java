package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.peer.NodeId;
import io.flotilla.replication.Standing.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ProspectsTest {
    private static final int OTHERS = 2;
    private static final long MANY = 1_000_000;
    private static final long FEW = 2_000;
    private static final long APPLIED = 7;

    private static Prospects prospects(Role... roles) {
        return prospects(APPLIED, roles);
    }

    private static Prospects prospects(long last, Role... roles) {
        List<PeerStandings.Answer> answers = new ArrayList<>();
        for (Role role : roles) {
            answers.add(
                    new PeerStandings.Answer(
                            new NodeId(answers.size() + 2),
                            role == Role.FOLLOWING,
                            role,
                            APPLIED,
                            false,
                            Optional.empty()));
        }
        return Prospects.of(answers, OTHERS, last);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    @Nested
    class WhenNobodyHasData {
        @Test
        void itIsNotWaitedForAnybody() {
            assertThat(prospects(Role.REBUILDING, Role.UNPROVED).none(Duration.ZERO, MANY))
                    .isTrue();
        }

        @Test
        void whoMayHaveThemSoonIsWaitedForAsLongAsItTakesToDoWithout() {
            Prospects soon = prospects(Role.REBUILDING, Role.PROVING);
            assertThat(soon.none(seconds(2.9), FEW)).isFalse();
            assertThat(soon.none(seconds(3.1), FEW)).isTrue();
            assertThat(soon.none(seconds(9.9), MANY)).isFalse();
            assertThat(soon.none(seconds(10.1), MANY)).isTrue();
        }

        @Test
        void whoDoesNotAnswerIsWaitedForAsWell() {
            assertThat(prospects(Role.REBUILDING).none(seconds(2.9), FEW)).isFalse();
            assertThat(prospects(Role.REBUILDING).none(seconds(3.1), FEW)).isTrue();
        }
    }

    @Test
    void whoHasDataIsAskedForTenSecondsWhateverItTakesToDoWithout() {
        assertThat(prospects(Role.FOLLOWING, Role.REBUILDING).none(seconds(9.9), 0)).isFalse();
        assertThat(prospects(Role.LEADING).none(seconds(9.9), 0)).isFalse();
        assertThat(prospects(Role.LEADING).none(seconds(10.1), 0)).isTrue();
    }

    @Test
    void aLeaderIsAskedOnceNoFollowerIsToBeExpected() {
        assertThat(prospects(Role.LEADING, Role.REBUILDING).leadersToo(Duration.ZERO)).isTrue();
        assertThat(prospects(Role.LEADING).leadersToo(Duration.ZERO)).isFalse();
        assertThat(prospects(Role.LEADING).leadersToo(seconds(1.1))).isTrue();
        assertThat(prospects(Role.LEADING, Role.PROVING).leadersToo(seconds(4.9))).isFalse();
        assertThat(prospects(Role.LEADING, Role.FOLLOWING).leadersToo(seconds(4.9))).isFalse();
        assertThat(prospects(Role.LEADING, Role.FOLLOWING).leadersToo(seconds(5.1))).isTrue();
    }

    /// Seen in a campaign: a node took the data of one that had just begun to be fed everything again, 7,000 transactions
    /// behind, while the leader had them all.
    @Test
    void aFollowerFarBehindDoesNotKeepTheLeaderFromBeingAsked() {
        assertThat(
                        prospects(APPLIED + 5_000, Role.LEADING, Role.FOLLOWING)
                                .leadersToo(Duration.ZERO))
                .isFalse();
        Prospects far = prospects(APPLIED + 5_001, Role.LEADING, Role.FOLLOWING);
        assertThat(far.leadersToo(Duration.ZERO)).isTrue();
        assertThat(far.none(seconds(9.9), MANY)).isFalse();
    }
}
