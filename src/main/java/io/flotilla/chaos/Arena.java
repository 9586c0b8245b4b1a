package io.flotilla.chaos;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import io.flotilla.bench.Wires;
import io.flotilla.workload.Workloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// What faults work on. Used by one thread.
final class Arena {
    private final Fleet fleet;
    private final Ground ground;
    private final FleetClient client;
    private final Workloads load;
    private final RandomGenerator random;
    private final Consumer<String> out;

    /// Nodes that a fault has in its hands: a second one leaves their processes alone.
    private final Set<Integer> taken = new HashSet<>();

    private final Wounds wounds = new Wounds();
    private final List<Damage> damages = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> complaints = new ArrayList<>();

    Arena(
            Fleet fleet,
            Ground ground,
            FleetClient client,
            Workloads load,
            RandomGenerator random,
            Consumer<String> out) {
        this.fleet = fleet;
        this.ground = ground;
        this.client = client;
        this.load = load;
        this.random = random;
        this.out = out;
    }

    Fleet fleet() {
        return fleet;
    }

    Wires wires() {
        return ground.wires();
    }

    Ground ground() {
        return ground;
    }

    FleetClient client() {
        return client;
    }

    RandomGenerator random() {
        return random;
    }

    /// A node whose processes run and belong to no other fault; the leader in half of the cases when there is one.
    Optional<Integer> victim() {
        List<Integer> free = free();
        if (free.isEmpty()) {
            return Optional.empty();
        }
        Optional<Integer> leader = fleet.leaderNow().filter(free::contains);
        int node =
                leader.isPresent() && random.nextBoolean()
                        ? leader.get()
                        : free.get(random.nextInt(free.size()));
        taken.add(node);
        return Optional.of(node);
    }

    /// The same, for one that loses something of its disk; nobody while another is not whole.
    Optional<Integer> victimOfALoss() {
        if (!wounds.none()) {
            return Optional.empty();
        }
        Optional<Integer> victim = victim();
        victim.ifPresent(wounds::open);
        return victim;
    }

    /// Each kind of damage in turn, in an order drawn anew.
    Damage nextDamage() {
        if (damages.isEmpty()) {
            damages.addAll(List.of(Damage.values()));
            Collections.shuffle(damages, Random.from(random));
        }
        return damages.removeLast();
    }

    Wounds wounds() {
        return wounds;
    }

    /// Whether a write that began after this moment is acknowledged within the time.
    boolean acknowledgedAfter(long moment, Duration time) {
        try {
            load.awaitAcknowledgedAfter(moment, time);
            return true;
        } catch (Patience.OverdueException e) {
            return false;
        }
    }

    /// A line for a person.
    void say(String what) {
        out.accept(what);
    }

    /// Something that is told at the end, with how often it was.
    void count(String what) {
        say("  " + what);
        counts.merge(what, 1, Integer::sum);
    }

    Map<String, Integer> counts() {
        return counts;
    }

    /// Something is wrong.
    void complain(String what) {
        complaints.add(what);
    }

    List<String> complaints() {
        return complaints;
    }

    /// `kill -9` of what runs of these parts of a node: a server may just be on its way from one run to the next.
    ///
    /// @return the moment just after
    long kill(int node, Part part) {
        return fleet.kill(node, part, false);
    }

    /// All nodes, if none belongs to another fault.
    Optional<List<Integer>> everyone() {
        List<Integer> free = free();
        if (free.size() < fleet.size()) {
            return Optional.empty();
        }
        taken.addAll(free);
        return Optional.of(free);
    }

    void release(int node) {
        taken.remove(node);
    }

    private List<Integer> free() {
        List<Integer> free = new ArrayList<>();
        fleet.numbers()
                .filter(node -> !taken.contains(node) && fleet.node(node).running())
                .filter(node -> !fleet.node(node).servers().isEmpty())
                .forEach(free::add);
        return free;
    }
}
