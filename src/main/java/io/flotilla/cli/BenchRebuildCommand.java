package io.flotilla.cli;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.speed.Peers;
import io.flotilla.bench.speed.RebuildBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./flotilla bench rebuild`: how long a node takes whose server's data are gone.
@Command(
        name = "rebuild",
        description =
                "Fills three nodes in a temporary directory, takes one's server away again and again, and measures the time"
                        + " until it serves another node's data; in turns with mariadb-dump | mariadb of the same rows."
                        + " Takes about ten times --megabytes of disk.")
final class BenchRebuildCommand implements Callable<Integer> {
    private static final int NODES = 3;

    @Option(names = "--trials", description = "How many times each (default: ${DEFAULT-VALUE}).")
    private int trials = 3;

    @Option(
            names = "--megabytes",
            description = "Size of the data, in MiB, 300 or more (default: ${DEFAULT-VALUE}).")
    private int mebibytes = 512;

    @Mixin private TrialOptions trial;

    @Override
    public Integer call() throws IOException {
        RebuildBench.Plan plan;
        try {
            plan = new RebuildBench.Plan(mebibytes, trials);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        try (TrialDirectory directory = trial.directory()) {
            Path engine = trial.programs(directory);
            Path other = Files.createDirectory(directory.path().resolve("dump"));
            try (Fleet fleet = Fleet.start(FleetSetup.of(NODES, directory.path(), engine))) {
                new RebuildBench(fleet, new Peers(engine, Path.of("/")), plan, System.out)
                        .run(other);
                fleet.stop();
            }
            directory.content();
            return 0;
        }
    }
}
