package io.flotilla.node;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;

/// A node of the fleet, from its configuration to its doors.
public final class Node {
    private Node() {}

    /// Runs a node until the process is told to stop.
    public static void run(NodeConfig config) {
        throw new FlotillaException(
                Failure.NOT_IMPLEMENTED,
                "node " + config.id() + ": the parts of a node are not wired yet");
    }
}
