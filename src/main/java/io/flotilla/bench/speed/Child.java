package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        return new Child(
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start());
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
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
