package io.flotilla.bench;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this very program is run as a process of its own: from the built application when the property
/// [#APPLICATION] names it, else with the class path of this process; Java is that of this process, the flags are those of
/// every node.
final class Program {
    /// The path of `flotilla.jar`, its libraries beside it.
    static final String APPLICATION = "flotilla.application";

    private static final String MAIN = "io.flotilla.Main";

    private Program() {}

    /// @param arguments of the command line, the subcommand first
    static List<String> command(List<String> arguments) {
        Path code = code();
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("@" + beside(code).resolve("node.jvm"));
        Training.cacheOf(code).ifPresent(cache -> command.add("-XX:AOTCache=" + cache));
        String classPath = Files.isDirectory(code) ? classPath() : code.toString();
        command.addAll(List.of("-cp", classPath, MAIN));
        command.addAll(arguments);
        return command;
    }

    /// The application's jar, or the directory of its classes.
    static Path code() {
        String application = System.getProperty(APPLICATION, "");
        if (!application.isEmpty()) {
            return Path.of(application).toAbsolutePath();
        }
        try {
            return Path.of(
                    Program.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The directory of the application: the flags of every node lie there, as for `up`.
    static Path beside(Path code) {
        Path directory =
                Files.isDirectory(code) ? code.resolveSibling("app") : code.resolveSibling("");
        return directory.toAbsolutePath();
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
