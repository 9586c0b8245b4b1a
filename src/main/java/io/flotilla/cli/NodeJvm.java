package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/// Starts a node as a process of its own, with the program this command runs from.
record NodeJvm(FleetDirectory directory) {
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
        command.add("@" + flags());
        command.add("-XX:ErrorFile=" + logs.resolve("jvm-crash-%p.log"));
        command.add("-Dflotilla.log.console=OFF");
        command.addAll(List.of("-cp", classPath(number), MAIN, "node", "--config"));
        command.add(directory.nodeFile(number).toString());
        return command;
    }

    private static Path flags() {
        Path code = code();
        Path beside = Files.isDirectory(code) ? code.resolveSibling("app") : parent(code);
        return beside.resolve("node.jvm");
    }

    /// A node runs from its own copy of the jar: a rebuild must not pull the code away from under it.
    private String classPath(int number) throws IOException {
        Path code = code();
        if (Files.isDirectory(code)) {
            return System.getProperty("java.class.path");
        }
        Path copy = directory.node(number).resolve("flotilla.jar");
        Path draft = directory.node(number).resolve("flotilla.jar.new");
        Files.copy(code, draft, StandardCopyOption.REPLACE_EXISTING);
        Files.move(draft, copy, StandardCopyOption.ATOMIC_MOVE);
        StringBuilder path = new StringBuilder(copy.toString());
        try (JarFile jar = new JarFile(code.toFile())) {
            String libraries =
                    jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            for (String library : libraries.split(" ")) {
                path.append(':').append(parent(code).resolve(library));
            }
        }
        return path.toString();
    }

    private static Path parent(Path path) {
        return path.resolveSibling("").toAbsolutePath();
    }

    /// The jar or the directory of classes this runs from.
    private static Path code() {
        try {
            return Path.of(
                    NodeJvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
