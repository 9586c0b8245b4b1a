package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that does not outlive this one, however this one is asked to end.
final class Child implements AutoCloseable {
    private static final Duration STOPPING = Duration.ofSeconds(20);

    private final Process process;
    private final Thread undertaker;

    private Child(Process process) {
        this.process = process;
        this.undertaker = new Thread(process::destroyForcibly, "child-undertaker");
        Runtime.getRuntime().addShutdownHook(undertaker);
    }

    /// @param log takes what it says
    static Child start(List<String> command, Path directory, Path log) throws IOException {
        return start(command, directory, log, Map.of());
    }

    /// @param environment in place of this process's own, where it has the same names
    static Child start(
            List<String> command, Path directory, Path log, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /// `kill -9`.
    ///
    /// @return the moment just after, on [System#nanoTime]
    long kill() {
        process.destroyForcibly();
        return System.nanoTime();
    }

    /// Waits for its end, as long as it takes; does not ask for it.
    void awaitEnd() throws IOException {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// In order if it goes in time.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOPPING.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException ending) {
            // This process is ending itself, and the hook runs now.
            return;
        }
    }
}
