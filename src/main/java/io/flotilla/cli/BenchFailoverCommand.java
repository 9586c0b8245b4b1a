package io.flotilla.cli;

import io.flotilla.bench.FailoverBench;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.LoadPlan;
import java.io.IOException;
import java.io.PrintStream;
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
                        + " acknowledged write at another node.")
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

    @Override
    public Integer call() throws IOException {
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
