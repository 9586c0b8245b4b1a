package io.flotilla.cli;

import io.flotilla.bench.Training;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts a node as a process of its own, with the program this command runs from.
record NodeJvm(FleetDirectory directory) {
    static final String JAR = "flotilla.jar";

    private static final String FLAGS = "node.jvm";
    private static final String MAIN = "io.flotilla.Main";

    /// In a session of its own: Ctrl-C in the terminal reaches `up` alone, which then stops the nodes one and all.
    private static final String OWN_SESSION = "setsid";

    Process start(int number) {
        try {
            Path logs = Files.createDirectories(directory.logs(number));
            Path console = logs.resolve("console.log");
            return new ProcessBuilder(command(number, logs))
                    .directory(directory.node(number).toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(console.toFile())
                    .start();
        } catch (IOException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE,
                    "node " + number + " cannot be started: " + e.getMessage(),
                    e);
        }
    }

    private List<String> command(int number, Path logs) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(OWN_SESSION);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path code = code();
        if (Files.isDirectory(code)) {
            command.add("@" + code.resolveSibling("app").resolve(FLAGS));
        } else {
            code = ApplicationCopy.in(directory.applications(), parent(code)).resolve(JAR);
            command.add("@" + code.resolveSibling(FLAGS));
            Path cache = code.resolveSibling(Training.CACHE);
            if (Files.isRegularFile(cache)) {
                command.add("-XX:AOTCache=" + cache);
            }
        }
        command.add("-XX:ErrorFile=" + logs.resolve("jvm-crash-%p.log"));
        command.add("-Dflotilla.log.console=OFF");
        String classPath =
                Files.isDirectory(code) ? System.getProperty("java.class.path") : code.toString();
        command.addAll(List.of("-cp", classPath, MAIN, "node", "--config"));
        command.add(directory.nodeFile(number).toString());
        return command;
    }

    private static Path parent(Path path) {
        return path.resolveSibling("").toAbsolutePath();
    }

    private static Path code() {
        try {
            return Path.of(
                    NodeJvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
