package io.flotilla.chaos;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Which node's disk has lost something that the fleet has not made good yet: one at a time, since acknowledged writes
/// outlive the loss of a minority of the disks. Used by one thread.
final class Wounds {
    private Optional<Wound> open = Optional.empty();

    private record Wound(int node, BooleanSupplier healed) {}

    /// Whether every disk is whole now.
    boolean none() {
        open = open.filter(wound -> !wound.healed().getAsBoolean());
        return open.isEmpty();
    }

    /// A node is about to lose something: from now on no other may.
    void open(int node) {
        if (!none()) {
            throw new IllegalStateException("node " + open.orElseThrow().node() + " is not whole");
        }
        open = Optional.of(new Wound(node, () -> false));
    }

    /// Says when what it has lost is made good.
    void heals(int node, BooleanSupplier healed) {
        if (open.isEmpty() || open.get().node() != node) {
            throw new IllegalStateException("node " + node + " has lost nothing");
        }
        open = Optional.of(new Wound(node, healed));
    }
}
