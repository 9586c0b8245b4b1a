package io.flotilla.bench;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this very program is run as a process of its own: class path and Java are those of this process, the flags those
/// of every node.
final class Program {
    private static final String MAIN = "io.flotilla.Main";

    private Program() {}

    /// @param arguments of the command line, the subcommand first
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("@" + flags());
        command.addAll(List.of("-cp", classPath(), MAIN));
        command.addAll(arguments);
        return command;
    }

    /// How the JVM of every node is run, also by `up`; lies beside the program.
    private static Path flags() {
        try {
            Path code =
                    Path.of(
                            Program.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            Path beside =
                    Files.isDirectory(code) ? code.resolveSibling("app") : code.resolveSibling("");
            return beside.resolve("node.jvm").toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Without the classes of tests: they bring a configuration of the log that is silent.
    private static String classPath() {
        return String.join(
                File.pathSeparator,
                List.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
                        .stream()
                        .filter(entry -> !entry.endsWith("test-classes"))
                        .toList());
    }
}
