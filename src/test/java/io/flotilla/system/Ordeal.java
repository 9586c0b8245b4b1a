package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.Load;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import io.flotilla.bench.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A fleet of three under load, what is done to it, and what must be true afterwards.
final class Ordeal {
    /// How long writes may stand still after a fault: generous, since the machine of a test run is shared. How fast it is
    /// measures `bench failover`.
    static final Duration GOES_ON = Duration.ofSeconds(60);

    /// How long until all nodes are level once the faults are over and the load has stopped.
    static final Duration LEVEL = Duration.ofSeconds(150);

    /// A server without its JVM has so long to end.
    static final Duration ORPHAN = Duration.ofSeconds(10);

    private static final Duration WARM = Duration.ofSeconds(2);

    private final FleetUnderTest place;
    private final Fleet fleet;
    private final Load load;

    private Ordeal(FleetUnderTest place, Fleet fleet, Load load) {
        this.place = place;
        this.fleet = fleet;
        this.load = load;
    }

    /// Starts fleet and load, lets them run a little, does the deed, lets them run on, and judges.
    static Verdict of(FleetUnderTest place, LoadPlan plan, Consumer<Ordeal> deed) {
        Fleet fleet = place.start(3);
        Ordeal ordeal = new Ordeal(place, fleet, place.load(fleet, plan));
        try {
            Patience.pause(WARM);
            deed.accept(ordeal);
            ordeal.goesOn(System.nanoTime());
            Patience.pause(WARM);
        } finally {
            ordeal.load.stop();
            place.say(ordeal.load.history().summary());
        }
        return ordeal.judge();
    }

    static Verdict of(FleetUnderTest place, Consumer<Ordeal> deed) {
        return of(place, LoadPlan.ordinary(), deed);
    }

    Fleet fleet() {
        return fleet;
    }

    Load load() {
        return load;
    }

    void say(String what) {
        place.say(what);
    }

    /// Waits for an acknowledged write that began after the moment, and says how long it took.
    void goesOn(long moment) {
        Duration pause = load.awaitAcknowledgedAfter(moment, GOES_ON);
        place.say("a write was acknowledged after " + pause.toMillis() + " ms");
    }

    /// Kills these processes of a node, waits until writes go on, brings the node back if its JVM is gone, and waits until
    /// it serves again.
    void killAndReturn(int node, Part part) {
        place.say("kill -9 of node " + node + ", " + part);
        List<Long> dead = fleet.node(node).servers();
        long moment = fleet.kill(node, part);
        goesOn(moment);
        if (part == Part.SERVER) {
            awaitNewServer(node, dead);
        } else {
            restart(node);
        }
        awaitServing(node);
    }

    void restart(int node) {
        fleet.node(node).awaitEnd(ORPHAN);
        Patience.until(
                ORPHAN,
                () -> "the server of node " + node + " ends with its JVM",
                () -> fleet.node(node).servers().isEmpty());
        fleet.restart(node);
    }

    /// Until the node has noticed, it says of itself what was true before.
    private void awaitNewServer(int node, List<Long> dead) {
        Patience.until(
                LEVEL,
                () -> "another server of node " + node + " than " + dead,
                () -> fleet.node(node).servers().stream().anyMatch(pid -> !dead.contains(pid)));
    }

    void awaitServing(int node) {
        Patience.until(
                LEVEL,
                () -> "node " + node + " serves; " + fleet.standings(),
                () -> fleet.status(node).map(status -> status.serves()).orElse(false));
    }

    private Verdict judge() {
        List<Integer> all = new ArrayList<>();
        fleet.numbers().forEach(all::add);
        Verdict verdict = Verdict.of(fleet, load.history(), all, LEVEL);
        assertThat(verdict.complaints())
                .as("%s%n%s", load.history().summary(), load.history().reasons())
                .isEmpty();
        return verdict;
    }
}
