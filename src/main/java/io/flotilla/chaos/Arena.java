package io.flotilla.chaos;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.Wires;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What faults work on. Used by one thread.
final class Arena {
    private final Fleet fleet;
    private final Ground ground;
    private final FleetClient client;
    private final RandomGenerator random;

    /// Nodes that a fault has in its hands: a second one leaves their processes alone.
    private final Set<Integer> taken = new HashSet<>();

    private boolean lost;

    Arena(Fleet fleet, Ground ground, FleetClient client, RandomGenerator random) {
        this.fleet = fleet;
        this.ground = ground;
        this.client = client;
        this.random = random;
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

    /// The same, for the one loss of all of a node's files in a campaign.
    Optional<Integer> victimOfALoss() {
        if (lost) {
            return Optional.empty();
        }
        Optional<Integer> victim = victim();
        lost = victim.isPresent();
        return victim;
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
