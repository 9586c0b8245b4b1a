package io.flotilla.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A fleet to be started.
///
/// @param nodes how many
/// @param directory where everything of it lies: configuration, data, logs; made when it is not there
/// @param engineHome where the unpacked server lies, shared by all fleets that name it: unpacking takes seconds
/// @param settings keys of the nodes' configuration that differ from the defaults; [#NODE] in a value is a node's number
/// @param wires through which the nodes reach each other; directly when empty
public record FleetSetup(
        int nodes,
        Path directory,
        Path engineHome,
        Map<String, String> settings,
        Optional<Wires> wires) {
    public static final String NODE = "{node}";

    public FleetSetup {
        if (nodes < 1) {
            throw new IllegalArgumentException("a fleet has at least one node: " + nodes);
        }
        settings = Map.copyOf(settings);
    }

    Surroundings surroundings() {
        return wires.map(Wires::surroundings).orElse(Surroundings.LOOPBACK);
    }

    public static FleetSetup of(int nodes, Path directory, Path engineHome) {
        return new FleetSetup(nodes, directory, engineHome, Map.of(), Optional.empty());
    }
}
