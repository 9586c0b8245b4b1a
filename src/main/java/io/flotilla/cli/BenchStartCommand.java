package io.flotilla.cli;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.speed.StartBench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./flotilla bench start`: how long a start takes, and what an idle fleet uses.
@Command(
        name = "start",
        description =
                "Starts three nodes in a temporary directory, stops and starts them again, and measures the time to the first"
                        + " acknowledged write; then what they use while nobody asks for anything.")
final class BenchStartCommand implements Callable<Integer> {
    private static final int NODES = 3;

    @Option(names = "--trials", description = "How many starts (default: ${DEFAULT-VALUE}).")
    private int trials = 10;

    @Option(
            names = "--idle",
            description = "Seconds it is watched in the end (default: ${DEFAULT-VALUE}).")
    private int idleSeconds = 30;

    @Mixin private TrialOptions trial;

    @Override
    public Integer call() throws IOException {
        if (trials < 1 || idleSeconds < 1) {
            System.err.println("--trials and --idle must be positive");
            return 2;
        }
        try (TrialDirectory directory = trial.directory()) {
            Path engine = trial.programs(directory);
            try (Fleet fleet = Fleet.start(FleetSetup.of(NODES, directory.path(), engine))) {
                new StartBench(fleet, trials, Duration.ofSeconds(idleSeconds), System.out).run();
                fleet.stop();
            }
            directory.content();
            return 0;
        }
    }
}
