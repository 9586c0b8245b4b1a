package io.flotilla;

import io.flotilla.node.Node;
import io.flotilla.node.NodeConfigFile;
import java.nio.file.Path;

/// Entry point: picks the subcommand.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Node.run(NodeConfigFile.read(Path.of(arguments[2])), "dev");
    }
}
