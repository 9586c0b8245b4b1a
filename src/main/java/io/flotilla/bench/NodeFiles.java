package io.flotilla.bench;

import java.util.List;

/// Configuration files of a fleet's nodes, as `up` would write them.
final class NodeFiles {
    private NodeFiles() {}

    static List<NodeProcess> write(FleetPlan plan) {
        throw new UnsupportedOperationException("no node yet: " + plan);
    }
}
