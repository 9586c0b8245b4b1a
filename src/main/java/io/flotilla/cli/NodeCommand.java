package io.flotilla.cli;

import io.flotilla.engine.EngineException;
import io.flotilla.failure.FlotillaException;
import io.flotilla.node.Node;
import io.flotilla.node.NodeConfig;
import io.flotilla.node.NodeConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

@Command(
        name = "node",
        description = {
            "Runs one node in the foreground, as a service manager would on a machine of its own.",
            "SIGTERM and Ctrl-C stop it cleanly. The keys of FILE are listed in docs/configuration.md."
        })
final class NodeCommand implements Callable<Integer> {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "the node's configuration")
    private Path config;

    @Override
    public Integer call() {
        return run(config);
    }

    /// Whether this is `node --config FILE` and no more.
    static boolean isPlain(String... arguments) {
        return arguments.length == 3
                && arguments[0].equals("node")
                && arguments[1].equals("--config")
                && !arguments[2].isEmpty();
    }

    /// @return the exit code
    /// @throws io.flotilla.failure.FlotillaException if the configuration is of no use
    static int run(Path config) {
        NodeConfig node = NodeConfigFile.read(config);
        NodeLog.writeTo(node.data().resolve("logs"), Progress.onTerminal());
        try {
            Node.run(node, VersionCommand.version());
            return ExitCode.OK;
        } catch (IOException | EngineException | FlotillaException e) {
            // Made for a person: the sentence says it all.
            LoggerFactory.getLogger(NodeCommand.class)
                    .error("node {} cannot go on: {}", node.id(), e.getMessage());
            return ExitCode.SOFTWARE;
        } catch (InterruptedException e) {
            // Nobody interrupts it but a process that ends.
            Thread.currentThread().interrupt();
            return ExitCode.OK;
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(NodeCommand.class)
                    .error("node {} cannot go on: {}", node.id(), e.getMessage(), e);
            return ExitCode.SOFTWARE;
        }
    }
}
