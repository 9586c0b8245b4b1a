package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class FlowControlTest {
    private static final Duration MOST = Duration.ofSeconds(5);

    @Nested
    class Holds {
        @Test
        void nothingWhileAMajorityOfServersIsNear() {
            assertThat(hold(3, 0, 0)).isZero();
            assertThat(hold(3, 5000, 90_000)).isZero();
            assertThat(hold(5, 0, 100, 90_000, 90_000)).isZero();
        }

        @Test
        void moreTheFurtherTheBestMajorityIsBehind() {
            assertThat(hold(3, 10_000, 90_000)).isEqualTo(FlowControl.STEP);
            assertThat(hold(3, 90_000, 15_000)).isEqualTo(FlowControl.STEP.multipliedBy(2));
            assertThat(hold(5, 0, 10_000, 90_000, 90_000)).isEqualTo(FlowControl.STEP);
        }

        @Test
        void neverMoreThanClientsBear() {
            assertThat(hold(3, 3_600_000)).isEqualTo(FlowControl.MOST);
        }

        @Test
        void nothingForServersThatDoNotFollow() {
            assertThat(hold(3)).isZero();
            assertThat(hold(1)).isZero();
            // one of the others follows: it is the best there is
            assertThat(hold(5, 10_000)).isEqualTo(FlowControl.STEP);
        }

        private Duration hold(int members, long... lags) {
            List<Duration> durations = new ArrayList<>();
            for (long lag : lags) {
                durations.add(Duration.ofMillis(lag));
            }
            return FlowControl.hold(durations, members, MOST);
        }
    }

    @Nested
    class LetsNothingIn {
        @Test
        void whenTheFullOnesAreNeededForAMajority() {
            assertThat(blocked(3, full(2), full(3)).orElseThrow())
                    .contains("[2, 3]")
                    .contains("disk.reserve");
            // the third is away
            assertThat(blocked(3, full(2))).isPresent();
            assertThat(blocked(5, full(2), full(3), full(4), roomy(5))).isPresent();
        }

        @Test
        void butNotWhileAMajorityHasRoomOrNobodySaysThatItHasNone() {
            assertThat(blocked(3, full(2), roomy(3))).isEmpty();
            assertThat(blocked(5, full(2), full(3), roomy(4), roomy(5))).isEmpty();
            assertThat(blocked(3)).isEmpty();
            assertThat(blocked(3, roomy(2))).isEmpty();
        }

        private Optional<String> blocked(int members, PeerStandings.Answer... others) {
            return FlowControl.blocked(List.of(others), members);
        }

        private PeerStandings.Answer full(int node) {
            return new PeerStandings.Answer(
                    new NodeId(node), false, Standing.Role.FOLLOWING, 7, true, Optional.empty());
        }

        private PeerStandings.Answer roomy(int node) {
            return new PeerStandings.Answer(
                    new NodeId(node), true, Standing.Role.FOLLOWING, 7, false, Optional.empty());
        }
    }

    @Nested
    class PassesOn {
        private final List<BinlogPosition> passed = new ArrayList<>();
        private final AtomicReference<Duration> hold = new AtomicReference<>(Duration.ZERO);
        private final PacedAcknowledgements paced =
                new PacedAcknowledgements(passed::add, hold::get);

        @Test
        void atOnceWhenNothingIsHeld() {
            paced.accept(at(4));
            paced.accept(at(5));
            assertThat(passed).containsExactly(at(4), at(5));
        }

        @Test
        void onlyTheLastOfThoseThatWait() {
            hold.set(Duration.ofHours(1));
            paced.accept(at(4));
            hold.set(Duration.ZERO);
            // INVARIANT: none overtakes one that waits
            paced.accept(at(5));
            paced.accept(at(6));
            assertThat(passed).isEmpty();
            paced.release();
            assertThat(passed).containsExactly(at(6));
            paced.release();
            assertThat(passed).containsExactly(at(6));
        }

        @Test
        void byItselfWhenItsTimeIsOver() throws InterruptedException {
            AtomicReference<BinlogPosition> seen = new AtomicReference<>();
            PacedAcknowledgements soon =
                    new PacedAcknowledgements(
                            end -> {
                                synchronized (seen) {
                                    seen.set(end);
                                    seen.notifyAll();
                                }
                            },
                            () -> Duration.ofMillis(5));
            soon.accept(at(9));
            synchronized (seen) {
                long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                while (seen.get() == null && System.nanoTime() < until) {
                    seen.wait(100);
                }
            }
            assertThat(seen.get()).isEqualTo(at(9));
        }

        private BinlogPosition at(long offset) {
            return new BinlogPosition("bin.000001", offset);
        }
    }
}
