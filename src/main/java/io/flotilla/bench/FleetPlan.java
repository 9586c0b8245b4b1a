package io.flotilla.bench;

import java.nio.file.Path;
import java.util.Map;

/// A fleet to be started.
///
/// @param nodes how many
/// @param directory where everything of it lies: configuration, data, logs; made when it is not there
/// @param engineHome where the unpacked server lies, shared by all fleets that name it: unpacking takes seconds
/// @param settings keys of the nodes' configuration that differ from the defaults
public record FleetPlan(int nodes, Path directory, Path engineHome, Map<String, String> settings) {
    public FleetPlan {
        if (nodes < 1) {
            throw new IllegalArgumentException("a fleet has at least one node: " + nodes);
        }
        settings = Map.copyOf(settings);
    }

    public static FleetPlan of(int nodes, Path directory, Path engineHome) {
        return new FleetPlan(nodes, directory, engineHome, Map.of());
    }
}
