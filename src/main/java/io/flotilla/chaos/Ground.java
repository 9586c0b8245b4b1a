package io.flotilla.chaos;

import io.flotilla.bench.Surroundings;
import io.flotilla.bench.Wires;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// What the fleet of a campaign stands on: the network between its nodes, and as much of what its faults need as this
/// machine gives. What it does not give is known by name.
public final class Ground implements AutoCloseable {
    private static final long DISK_BYTES = 3L << 30;

    private final Map<Need, String> obstacles = new EnumMap<>(Need.class);
    private final Optional<Namespaces> namespaces;
    private final Optional<PowerDisks> disks;
    private final Optional<JumpClocks> clocks;
    private final Wires wires;

    private Ground(
            Optional<Namespaces> namespaces,
            Optional<PowerDisks> disks,
            Optional<JumpClocks> clocks) {
        this.clocks = clocks;
        this.namespaces = namespaces;
        this.disks = disks;
        wires = new Wires(new Standing());
    }

    /// Makes what these faults need.
    ///
    /// @param fleet the directory of the fleet that will stand here
    /// @param place an empty directory for disks and clocks, not within the fleet's
    public static Ground prepare(List<String> faults, int nodes, Path fleet, Path place) {
        List<Fault> kinds = faults.stream().map(Fault::of).toList();
        Map<Need, String> obstacles = new EnumMap<>(Need.class);
        Optional<Namespaces> namespaces =
                kinds.stream().noneMatch(Fault::ofPackets)
                        ? Optional.empty()
                        : made(
                                Need.NAMESPACES,
                                Namespaces.obstacle(),
                                () -> Namespaces.create(nodes),
                                obstacles);
        Optional<PowerDisks> disks =
                kinds.stream().noneMatch(kind -> kind.need() == Need.DISKS)
                        ? Optional.empty()
                        : made(
                                Need.DISKS,
                                PowerDisk.obstacle(),
                                () -> PowerDisks.create(nodes, fleet, place, DISK_BYTES, false),
                                obstacles);
        Optional<JumpClocks> clocks =
                kinds.stream().noneMatch(kind -> kind.need() == Need.CLOCKS)
                        ? Optional.empty()
                        : made(
                                Need.CLOCKS,
                                JumpClocks.obstacle(),
                                () -> JumpClocks.create(nodes, place),
                                obstacles);
        Ground ground = new Ground(namespaces, disks, clocks);
        ground.obstacles.putAll(obstacles);
        return ground;
    }

    /// Only proxies: for faults that need nothing else.
    public static Ground plain() {
        Ground ground = new Ground(Optional.empty(), Optional.empty(), Optional.empty());
        for (Need need : Need.values()) {
            if (need != Need.NOTHING) {
                ground.obstacles.put(need, "this campaign does without");
            }
        }
        return ground;
    }

    private static <T> Optional<T> made(
            Need need, Optional<String> obstacle, Callable<T> maker, Map<Need, String> obstacles) {
        Optional<String> why = obstacle;
        if (why.isEmpty()) {
            try {
                return Optional.of(maker.call());
            } catch (Exception e) { // whatever it is, the machine does not give it
                why = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        obstacles.put(need, why.get());
        return Optional.empty();
    }

    /// The nodes' wall clocks.
    ///
    /// @throws java.util.NoSuchElementException where they have none of their own
    JumpClocks clocks() {
        return clocks.orElseThrow();
    }

    /// A node's own disk.
    ///
    /// @throws java.util.NoSuchElementException where they have none
    PowerDisk disk(int node) {
        return disks.orElseThrow().of(node);
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
        disks.ifPresent(PowerDisks::close);
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
            List<String> command = new ArrayList<>();
            namespaces.ifPresent(n -> command.addAll(n.starter(node)));
            clocks.ifPresent(c -> command.addAll(c.starter(node)));
            return command;
        }

        @Override
        public boolean drop(int from, int to, boolean all) {
            namespaces.ifPresent(n -> n.drop(from, to, all ? 1 : 0));
            return namespaces.isPresent();
        }
    }
}
