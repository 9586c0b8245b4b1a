package io.flotilla.cli;

import java.nio.file.Path;

/// Turns the log of this process into a node's: on the console and in a file (logback-node.xml).
///
/// By system properties, which logback reads when the first logger is made: nothing may have logged before.
final class NodeLog {
    private NodeLog() {}

    static void writeTo(Path directory, boolean colour) {
        System.setProperty("logback.configurationFile", "logback-node.xml");
        System.setProperty("flotilla.log.dir", directory.toString());
        if (colour) {
            System.setProperty("flotilla.log.level", "%highlight(%-5level)");
        }
    }
}
