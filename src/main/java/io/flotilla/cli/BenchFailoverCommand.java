package io.flotilla.cli;

import io.flotilla.bench.FailoverBench;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.speed.GaleraFailover;
import io.flotilla.bench.speed.Peers;
import io.flotilla.engine.EngineConfig;
import io.flotilla.engine.ServerBinaries;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./flotilla bench failover`: how long writes stand still when the leader dies.
@Command(
        name = "failover",
        description =
                "Starts three nodes in a temporary directory, kills the leader (JVM and server"
                        + " together, kill -9) again and again, and measures the time to the next"
                        + " acknowledged write at another node. With --galera, the same for each"
                        + " server of a Galera cluster in its turn.")
final class BenchFailoverCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int LOG_LINES = 60;

    @Option(names = "--trials", description = "How many leaders die (default: ${DEFAULT-VALUE}).")
    private int trials = 30;

    @Option(
            names = "--load",
            description =
                    "During how many of these, the last ones, others write as well (default: a third).")
    private @Nullable Integer loaded;

    @Option(names = "--seed", description = "Of the moments of death and of the load.")
    private long seed = System.nanoTime();

    @Mixin private TrialOptions trial;

    @Option(names = "--tls", description = "All ports speak TLS.")
    private boolean tls;

    @Option(
            names = "--galera",
            description = "Of a Galera cluster with three servers instead, without load.")
    private boolean galera;

    @Option(
            names = "--peers",
            description =
                    "Where Debian's package galera-4 is unpacked, when it is not installed (dpkg"
                            + " -x).")
    private Path peers = Path.of("/");

    @Override
    public Integer call() throws IOException {
        if (trials < 1) {
            System.err.println("--trials must be positive");
            return 2;
        }
        return galera ? ofGalera() : ofFleet();
    }

    private int ofGalera() throws IOException {
        try (TrialDirectory directory = trial.directory()) {
            System.out.printf("seed %d, servers in %s%n", seed, directory.path());
            Path engine = trial.programs(directory);
            ServerBinaries.provide(EngineConfig.withDefaults(directory.path(), 1, engine));
            GaleraFailover bench =
                    new GaleraFailover(new Peers(engine, peers), trials, seed, System.out);
            Optional<String> obstacle = bench.obstacle();
            if (obstacle.isPresent()) {
                System.err.println(obstacle.get());
                directory.content();
                return 2;
            }
            Path place = Files.createDirectory(directory.path().resolve("galera"));
            List<String> complaints = bench.run(place);
            complaints.stream()
                    .limit(20)
                    .forEach(complaint -> System.out.println("WRONG " + complaint));
            if (!complaints.isEmpty()) {
                return 1;
            }
            directory.content();
            return 0;
        }
    }

    private int ofFleet() throws IOException {
        try (TrialDirectory directory = trial.directory()) {
            System.out.printf("seed %d, fleet in %s%n", seed, directory.path());
            Path engine = trial.programs(directory);
            FleetSetup plain = FleetSetup.of(NODES, directory.path(), engine);
            try (Fleet fleet = Fleet.start(tls ? TrialCertificates.on(plain) : plain)) {
                if (!run(fleet, System.out)) {
                    return 1;
                }
                fleet.stop();
            }
            directory.content();
            return 0;
        }
    }

    private boolean run(Fleet fleet, PrintStream out) {
        int underLoad = Optional.ofNullable(loaded).orElse(trials / 3);
        FailoverBench.Plan plan =
                new FailoverBench.Plan(trials, underLoad, LoadPlan.crowded(), seed);
        try {
            List<String> complaints = new FailoverBench(fleet, plan, out).run();
            complaints.forEach(complaint -> out.println("WRONG " + complaint));
            return complaints.isEmpty();
        } catch (RuntimeException e) {
            out.println(fleet.logs(LOG_LINES));
            throw e;
        }
    }
}
