package io.flotilla.system;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.Load;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.Training;
import io.flotilla.bench.Wires;
import io.flotilla.bench.speed.TrainingLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A fleet for each test: ended by process id whatever happens, its logs shown when the test fails, its directory kept
/// then.
final class FleetUnderTest implements BeforeEachCallback, AfterEachCallback {
    /// The seed of the loads; `-Dflotilla.test.seed=N` repeats a run (as far as processes can be repeated).
    static final String SEED_PROPERTY = "flotilla.test.seed";

    /// `-Dflotilla.test.election-timeout=3s` keeps elections calm on a machine that is busy with other things.
    private static final String ELECTION_TIMEOUT_PROPERTY = "flotilla.test.election-timeout";

    /// `-Dflotilla.test.keep=true` keeps the fleet's directory, logs included, of a test that passed as well.
    private static final String KEEP_PROPERTY = "flotilla.test.keep";

    private static final Path ENGINE_HOME = Path.of("target", "engine").toAbsolutePath();
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(20);
    private static final int LOG_LINES = 120;

    private final Map<String, String> settings = new HashMap<>();
    private final FleetClient client = new FleetClient(CLIENT_PATIENCE);
    private long seed;
    private String name = "";
    private Optional<Path> directory = Optional.empty();
    private Optional<Fleet> fleet = Optional.empty();

    @Override
    public void beforeEach(ExtensionContext context) {
        name = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
        seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
        System.out.printf("== %s, -D%s=%d%n", name, SEED_PROPERTY, seed);
    }

    /// Starts a fleet in a directory of its own and waits until it serves.
    Fleet start(int nodes) {
        return start(nodes, Optional.empty());
    }

    /// The same, its nodes joined by wires that can be cut.
    Fleet start(int nodes, Optional<Wires> wires) {
        // Short, and not below target: the path of a unix socket has at most 107 bytes.
        train();
        Path place = temporaryDirectory();
        directory = Optional.of(place);
        Fleet started = Fleet.start(new FleetSetup(nodes, place, ENGINE_HOME, settings(), wires));
        fleet = Optional.of(started);
        return started;
    }

    /// Once for each build, as the script does: the nodes of all fleets start in half the time then.
    static void train() {
        if (Training.isDone()) {
            return;
        }
        Path place = temporaryDirectory();
        Training.run(place, ENGINE_HOME, new TrainingLoad());
        delete(place);
    }

    /// A setting of every node of the fleet that is started next.
    FleetUnderTest with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    private Map<String, String> settings() {
        Map<String, String> all = new HashMap<>(settings);
        Optional.ofNullable(System.getProperty(ELECTION_TIMEOUT_PROPERTY))
                .ifPresent(timeout -> all.put("raft.election-timeout", timeout));
        return all;
    }

    Load load(Fleet target, LoadPlan plan) {
        return Load.start(target.http(), client, plan, seed);
    }

    FleetClient client() {
        return client;
    }

    long seed() {
        return seed;
    }

    void say(String what) {
        System.out.println("   " + name + ": " + what);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean failed = context.getExecutionException().isPresent();
        try {
            if (failed) {
                fleet.ifPresent(broken -> System.out.println(broken.logs(LOG_LINES)));
            } else {
                fleet.ifPresent(Fleet::stop);
            }
        } finally {
            fleet.ifPresent(Fleet::close);
            client.close();
        }
        if (failed || Boolean.getBoolean(KEEP_PROPERTY)) {
            directory.ifPresent(kept -> say((failed ? "failed" : "passed") + "; kept " + kept));
        } else {
            directory.ifPresent(FleetUnderTest::delete);
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("fleet").toRealPath();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void delete(Path tree) {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
