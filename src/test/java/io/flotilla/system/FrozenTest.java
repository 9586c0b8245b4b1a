package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Processes that stand still (SIGSTOP) and go on where they were: to the others they look dead, to themselves no time
/// has passed.
@Tag("system")
final class FrozenTest {
    /// Longer than any election timeout.
    private static final Duration LONG = Duration.ofSeconds(4);

    /// An answer that was under way when the processes froze is counted as one from before.
    private static final Duration UNDER_WAY = Duration.ofMillis(200);

    private static final int BURST = 15;

    @RegisterExtension
    private final FleetUnderTest place = new FleetUnderTest().with("lag.max", "500ms");

    /// One is missed by nobody; without both no write is acknowledged; while only their servers stand, writes are slow.
    @Test
    void followersThatGoOnCatchUp() {
        Ordeal.of(
                place,
                ordeal -> {
                    aFollowerHoldsNobodyUp(ordeal);
                    bothFollowersStopEveryWriteUntilTheyGoOn(ordeal);
                    serversThatApplyNothingSlowWritesDown(ordeal);
                });
    }

    /// Neither with its server nor alone does a leader's process accept a write, or read old rows, when it goes on; when
    /// its server alone stands still it gives the lead away.
    @Test
    void leadersThatGoOnNeitherAcceptAWriteNorReadOldRows() {
        Ordeal.of(
                place,
                ordeal -> {
                    freezeLeader(ordeal, Part.BOTH);
                    freezeLeader(ordeal, Part.JVM);
                    freezeLeadersServer(ordeal);
                });
    }

    private static void aFollowerHoldsNobodyUp(Ordeal ordeal) {
        Fleet fleet = ordeal.fleet();
        int follower = fleet.others(fleet.leader()).getFirst();
        long moment = System.nanoTime();
        fleet.freeze(follower, Part.BOTH);
        ordeal.goesOn(moment);
        Patience.pause(LONG);
        fleet.thaw(follower);
        ordeal.awaitServing(follower);
    }

    private static void bothFollowersStopEveryWriteUntilTheyGoOn(Ordeal ordeal) {
        Fleet fleet = ordeal.fleet();
        List<Integer> followers = fleet.others(fleet.leader());
        followers.forEach(follower -> fleet.freeze(follower, Part.BOTH));
        Patience.pause(UNDER_WAY);
        long frozen = System.nanoTime();
        Patience.pause(LONG);
        long thawing = System.nanoTime();
        followers.forEach(fleet::thaw);
        ordeal.goesOn(thawing);
        assertThat(
                        ordeal.load()
                                .history()
                                .writes()
                                .filter(write -> write.outcome().acknowledged())
                                .filter(write -> write.span().ended() - frozen > 0)
                                .filter(write -> write.span().ended() - thawing < 0))
                .as("writes acknowledged without a majority")
                .isEmpty();
    }

    /// Writes go on, slower the longer it takes: a failover would wait for what these servers lack.
    private static void serversThatApplyNothingSlowWritesDown(Ordeal ordeal) {
        Fleet fleet = ordeal.fleet();
        int leader = fleet.leader();
        List<Integer> followers = fleet.others(leader);
        followers.forEach(follower -> fleet.freeze(follower, Part.SERVER));
        awaitHeld(fleet, leader, true);
        ordeal.goesOn(System.nanoTime());
        followers.forEach(fleet::thaw);
        awaitHeld(fleet, leader, false);
        ordeal.goesOn(System.nanoTime());
    }

    private static void awaitHeld(Fleet fleet, int leader, boolean held) {
        Patience.until(
                Ordeal.LEVEL,
                () -> "acknowledgements are held: " + held + "; " + fleet.rawStatus(leader),
                () ->
                        fleet.rawStatus(leader)
                                .map(status -> status.at("/flow/held_ms").asLong() > 0 == held)
                                .orElse(false));
    }

    /// Its process notices, and gives the lead away while the server still stands.
    private static void freezeLeadersServer(Ordeal ordeal) {
        Fleet fleet = ordeal.fleet();
        int leader = fleet.leader();
        long moment = System.nanoTime();
        fleet.freeze(leader, Part.SERVER);
        int next = fleet.leaderOtherThan(leader, Ordeal.GOES_ON);
        ordeal.say("the server of node " + leader + " frozen, node " + next + " leads");
        ordeal.goesOn(moment);
        ordeal.awaitServing(leader);
    }

    /// While the leader stands still, requests wait in its sockets: it finds them before it learns that it was deposed.
    private static void freezeLeader(Ordeal ordeal, Part part) {
        Fleet fleet = ordeal.fleet();
        int former = fleet.leader();
        long moment = System.nanoTime();
        fleet.freeze(former, part);
        int next = fleet.leaderOtherThan(former, Ordeal.GOES_ON);
        ordeal.say("node " + former + " frozen, node " + next + " leads");
        ordeal.goesOn(moment);
        ordeal.load().burst(former, BURST);
        Patience.pause(LONG);
        ordeal.load().burst(former, BURST);
        fleet.thaw(former);
        ordeal.awaitServing(former);
    }
}
