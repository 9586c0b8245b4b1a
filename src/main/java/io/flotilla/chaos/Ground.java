package io.flotilla.chaos;

import io.flotilla.bench.Surroundings;
import io.flotilla.bench.Wires;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the fleet of a campaign stands on: the network between its nodes, and as much of what its faults need as this
/// machine gives. What it does not give is known by name.
public final class Ground implements AutoCloseable {
    private final Map<Need, String> obstacles = new EnumMap<>(Need.class);
    private final Optional<Namespaces> namespaces;
    private final Wires wires;

    private Ground(List<Fault> faults, int nodes, boolean asRoot) {
        namespaces = asRoot ? namespaces(faults, nodes) : Optional.empty();
        if (!asRoot) {
            obstacles.put(Need.NAMESPACES, "this campaign does without");
        }
        wires = new Wires(new Standing());
    }

    /// Makes what these faults need.
    public static Ground prepare(List<String> faults, int nodes) {
        return new Ground(faults.stream().map(Fault::of).toList(), nodes, true);
    }

    /// Only proxies: for faults that need nothing else.
    public static Ground plain() {
        return new Ground(List.of(), 0, false);
    }

    private Optional<Namespaces> namespaces(List<Fault> faults, int nodes) {
        if (faults.stream().noneMatch(Fault::ofPackets)) {
            return Optional.empty();
        }
        Optional<String> obstacle = Namespaces.obstacle();
        if (obstacle.isEmpty()) {
            try {
                return Optional.of(Namespaces.create(nodes));
            } catch (IllegalStateException e) {
                obstacle = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        obstacles.put(Need.NAMESPACES, obstacle.get());
        return Optional.empty();
    }

    /// Through which the nodes reach each other.
    public Wires wires() {
        return wires;
    }

    Optional<Namespaces> namespaces() {
        return namespaces;
    }

    /// How nodes are cut from each other: a line for a person.
    String network() {
        return namespaces.isPresent()
                ? "each node in a network namespace of its own; what is cut is dropped"
                : "nodes reach each other through proxies; what is cut is held";
    }

    /// Why a fault cannot be done here; empty when it can.
    Optional<String> obstacle(Fault fault) {
        return Optional.ofNullable(obstacles.get(fault.need()));
    }

    @Override
    public void close() {
        wires.close();
        namespaces.ifPresent(Namespaces::close);
    }

    private final class Standing implements Surroundings {
        @Override
        public InetAddress address(int node) {
            return namespaces.map(n -> n.address(node)).orElseGet(() -> LOOPBACK.address(node));
        }

        @Override
        public InetAddress seenAs(int node) {
            return namespaces.map(n -> n.seenAs(node)).orElseGet(() -> LOOPBACK.seenAs(node));
        }

        @Override
        public List<String> starter(int node) {
            return namespaces.map(n -> n.starter(node)).orElseGet(List::of);
        }

        @Override
        public boolean drop(int from, int to, boolean all) {
            namespaces.ifPresent(n -> n.drop(from, to, all ? 1 : 0));
            return namespaces.isPresent();
        }
    }
}
