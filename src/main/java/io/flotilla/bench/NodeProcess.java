package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One node as a process of its own, and the server below it: started, signalled, found again.
public final class NodeProcess {
    private static final String SERVER = "mariadbd";
    private static final String STARTED = "---- started ";

    private final int number;
    private final URI http;
    private final int readWritePort;
    private final Path directory;
    private final List<String> command;
    private final Path log;
    private List<String> starter = List.of();
    private Optional<Process> process = Optional.empty();

    /// Which of a node's two processes.
    public enum Part {
        JVM,
        SERVER,
        BOTH
    }

    /// @param directory the node's own directory: whatever process belongs to it belongs to the node
    /// @param command what starts the node in the foreground
    NodeProcess(
            int number,
            URI http,
            int readWritePort,
            Path directory,
            List<String> command,
            Path log) {
        this.number = number;
        this.http = http;
        this.readWritePort = readWritePort;
        this.directory = directory;
        this.command = List.copyOf(command);
        this.log = log;
    }

    /// The same node as a second process, not started yet, with a log of its own.
    public NodeProcess again(String logName) {
        return new NodeProcess(
                number,
                http,
                readWritePort,
                directory,
                command,
                log.resolveSibling(logName + ".log"));
    }

    /// The same node, not started yet, with further flags of its JVM.
    NodeProcess withFlags(List<String> flags) {
        List<String> more = new ArrayList<>(command);
        more.removeIf(word -> word.startsWith("-XX:AOTCache"));
        more.addAll(1, flags);
        return new NodeProcess(number, http, readWritePort, directory, more, log);
    }

    public int number() {
        return number;
    }

    public URI http() {
        return http;
    }

    /// Where its MySQL door for reading and writing listens.
    public int readWritePort() {
        return readWritePort;
    }

    /// Where its data lie.
    public Path directory() {
        return directory;
    }

    Path log() {
        return log;
    }

    /// From now on the node is started by this command, which is given the node's own behind its arguments and becomes it.
    public void startedBy(List<String> command) {
        starter = List.copyOf(command);
    }

    public void start() {
        if (running()) {
            throw new IllegalStateException("node " + number + " runs already");
        }
        try {
            Files.createDirectories(directory);
            Files.writeString(
                    log,
                    STARTED + Instant.now() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            process =
                    Optional.of(
                            new ProcessBuilder(
                                            Stream.concat(starter.stream(), command.stream())
                                                    .toList())
                                    .directory(directory.toFile())
                                    .redirectErrorStream(true)
                                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean running() {
        return process.map(Process::isAlive).orElse(false);
    }

    /// The id of the JVM, if it runs.
    public Optional<Long> jvm() {
        return process.filter(Process::isAlive).map(Process::pid);
    }

    /// The ids of the servers that run on this node's data: one, or none. Found by their directory, never by name alone.
    public List<Long> servers() {
        return ProcessTable.belongingTo(directory).stream()
                .filter(row -> row.name().startsWith(SERVER))
                .map(ProcessTable.Row::pid)
                .toList();
    }

    void send(Signal signal, Part part) {
        List<Long> pids = new ArrayList<>();
        if (part != Part.SERVER) {
            jvm().ifPresent(pids::add);
        }
        if (part != Part.JVM) {
            pids.addAll(servers());
        }
        signal.sendTo(pids);
    }

    /// Waits until the JVM has ended.
    public void awaitEnd(Duration time) {
        if (process.isPresent() && !endsWithin(time)) {
            throw new Patience.OverdueException(
                    "node " + number + " has not ended within " + time.toMillis() + " ms");
        }
    }

    boolean endsWithin(Duration time) {
        try {
            return process.isEmpty()
                    || process.get().waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// How the JVM ended; empty while it runs or before it was started.
    public Optional<Integer> exitCode() {
        return process.filter(ended -> !ended.isAlive()).map(Process::exitValue);
    }

    /// What the node has written since it was started last.
    public List<String> saidSinceStart() {
        List<String> lines = lastLines(Integer.MAX_VALUE);
        int start = lines.size();
        while (start > 0 && !lines.get(start - 1).startsWith(STARTED)) {
            start--;
        }
        return lines.subList(start, lines.size());
    }

    /// The end of what the node has written.
    public List<String> lastLines(int count) {
        try {
            // Not readAllLines: what a killed process has half written may be no UTF-8.
            List<String> lines =
                    new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            return List.of("(" + log + " cannot be read: " + e + ")");
        }
    }
}
