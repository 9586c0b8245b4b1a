package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes the cache from which a node's JVM starts: classes as a run of a node left them, loaded and linked (JEP 514), and
/// what that run saw of its methods (JEP 515), so that a start takes half the processor time, and what is hot is compiled
/// well from the first seconds on. Without it, or with one of another build, a node starts as well, only slower.
///
/// What is recorded is a real node of a fleet of two: started, joined, worked on by clients at all doors while it leads
/// and while it follows, and stopped.
public final class Training {
    /// The cache's name, beside `flotilla.jar`.
    public static final String CACHE = "flotilla.aot";

    private static final int NODES = 2;
    private static final int RECORDED = 1;
    private static final Duration STARTING = Duration.ofSeconds(90);

    /// The JVM writes the cache when it ends.
    private static final Duration WRITING = Duration.ofMinutes(2);

    /// Longer than all of the above together with the work: nodes that outlive it are those of a training that was killed.
    private static final Duration LIFE = Duration.ofMinutes(5);

    /// What a node does once for an entry of its log is hot after a minute and more of load, and no training is as long: the
    /// recorded JVM takes a method for hot a tenth as soon, so that a node knows from the start that it will be.
    private static final String SOON_HOT = "-XX:CompileThresholdScaling=0.1";

    /// A training gives way to everything else on the machine: its nodes may be late. They have an administrator as those of `up`.
    private static final Map<String, String> SETTINGS =
            Map.of("raft.election-timeout", "2s", "sql.admin.user", "app");

    private Training() {}

    /// What a fleet that is trained is made to do.
    @FunctionalInterface
    public interface Work {
        /// @param recorded the node whose JVM is recorded
        void on(Fleet fleet, int recorded) throws IOException;
    }

    /// Whether the application this process runs, or was told to run, has its cache.
    public static boolean isDone() {
        return cacheOf(Program.code()).isPresent();
    }

    /// The cache of an application, if it is not older than that: with another build's a JVM starts as with none, and
    /// complains.
    ///
    /// @param jar the application's, or the directory of its classes
    public static Optional<Path> cacheOf(Path jar) {
        Path cache = Program.beside(jar).resolve(CACHE);
        try {
            return Files.isRegularFile(cache)
                            && Files.getLastModifiedTime(cache)
                                            .compareTo(Files.getLastModifiedTime(jar))
                                    >= 0
                    ? Optional.of(cache)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Trains a node in a directory of its own.
    ///
    /// @param directory new, or empty
    /// @param engineHome where the unpacked server lies, or will
    /// @throws IllegalStateException if this process does not run from a jar
    /// @throws UncheckedIOException if the node's JVM made no cache
    public static void run(Path directory, Path engineHome, Work work) {
        Path code = Program.code();
        if (Files.isDirectory(code)) {
            throw new IllegalStateException("only the built application can be trained: " + code);
        }
        Path application = Program.beside(code);
        try {
            // Beside the application, and so on its disk: a name that is given to what is whole.
            Path place = Files.createTempDirectory(application.resolveSibling(""), "training");
            Path draft = place.resolve(CACHE);
            try {
                record(directory, engineHome, draft, work);
                // INVARIANT: whole or not at all: a JVM believes what a cache says.
                Files.move(draft, application.resolve(CACHE), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                empty(place);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the node's JVM made no cache: " + e.getMessage(), e);
        }
    }

    /// The JVM leaves what it recorded beside the cache.
    private static void empty(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(place);
    }

    private static void record(Path directory, Path engineHome, Path draft, Work work)
            throws IOException {
        FleetSetup setup = new FleetSetup(NODES, directory, engineHome, SETTINGS, Optional.empty());
        Fleet plain = Fleet.prepare(setup);
        List<NodeProcess> nodes =
                Stream.of(
                                plain.node(RECORDED)
                                        .withFlags(
                                                List.of(SOON_HOT, "-XX:AOTCacheOutput=" + draft)),
                                plain.node(NODES))
                        .toList();
        nodes.forEach(node -> node.startedBy(mortal()));
        try (Fleet fleet = Fleet.of(directory, nodes)) {
            fleet.startAll();
            fleet.awaitLevel(STARTING);
            work.on(fleet, RECORDED);
            fleet.terminate(RECORDED);
            fleet.node(RECORDED).awaitEnd(WRITING);
        }
        if (!Files.isRegularFile(draft)) {
            throw new IOException("nothing was recorded");
        }
    }

    private static List<String> mortal() {
        // No gentler signal first: behind it `timeout` would kill a node that is writing its cache.
        return List.of("timeout", "--signal=KILL", Long.toString(LIFE.toSeconds()));
    }
}
