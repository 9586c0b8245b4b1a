package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/// Makes the cache from which a node's JVM starts (JEP 514): classes as a run of a node left them, loaded and linked, so
/// that a start takes half the processor time. Without it, or with one of another build, a node starts as well, only
/// slower.
///
/// What is recorded is a real node: started, elected, written to and read, and stopped.
public final class Training {
    /// The cache's name, beside `flotilla.jar`.
    public static final String CACHE = "flotilla.aot";

    private static final Duration WORK = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    /// The JVM writes the cache when it ends.
    private static final Duration WRITING = Duration.ofMinutes(2);

    private Training() {}

    /// Whether there is a cache that is not older than the application.
    public static boolean isDone() {
        Path code = Program.code();
        Path cache = Program.beside(code).resolve(CACHE);
        try {
            return Files.isRegularFile(cache)
                    && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(code))
                            >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Trains a node in a directory of its own.
    ///
    /// @param directory new, or empty
    /// @param engineHome where the unpacked server lies, or will
    /// @throws IllegalStateException if this process does not run from a jar, or the node's JVM made no cache
    public static void run(Path directory, Path engineHome) {
        Path code = Program.code();
        if (Files.isDirectory(code)) {
            throw new IllegalStateException("only the built application can be trained: " + code);
        }
        Path draft = directory.resolve(CACHE);
        Fleet plain = Fleet.prepare(FleetSetup.of(1, directory, engineHome));
        NodeProcess node = plain.node(1).withFlags(List.of("-XX:AOTCacheOutput=" + draft));
        try (Fleet fleet = Fleet.of(directory, List.of(node));
                FleetClient client = new FleetClient(ANSWER)) {
            fleet.startAll();
            fleet.awaitLevel(ANSWER.multipliedBy(6));
            Load load = Load.start(fleet.http(), client, LoadPlan.ordinary(), 1);
            Patience.pause(WORK);
            load.stop();
            fleet.terminate(1);
            node.awaitEnd(WRITING);
        }
        try {
            Files.move(
                    draft,
                    Program.beside(code).resolve(CACHE),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("the node's JVM made no cache", e);
        }
    }
}
