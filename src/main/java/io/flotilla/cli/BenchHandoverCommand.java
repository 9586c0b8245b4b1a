package io.flotilla.cli;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.HandoverBench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./flotilla bench handover`: how long writes stand still when the lead is handed over.
@Command(
        name = "handover",
        description =
                "Starts three nodes in a temporary directory, hands the lead from node to node while an insert is sent every"
                        + " 10 ms, and measures how long none was acknowledged. An insert that fails is a complaint.")
final class BenchHandoverCommand implements Callable<Integer> {
    private static final int NODES = 3;

    @Option(names = "--trials", description = "How many handovers (default: ${DEFAULT-VALUE}).")
    private int trials = 20;

    @Mixin private TrialOptions trial;

    @Override
    public Integer call() throws IOException {
        if (trials < 1) {
            System.err.println("--trials must be positive");
            return 2;
        }
        try (TrialDirectory directory = trial.directory()) {
            Path engine = trial.programs(directory);
            try (Fleet fleet = Fleet.start(FleetSetup.of(NODES, directory.path(), engine))) {
                List<String> complaints = new HandoverBench(fleet, trials, System.out).run();
                complaints.stream()
                        .limit(20)
                        .forEach(complaint -> System.out.println("WRONG " + complaint));
                if (!complaints.isEmpty()) {
                    return 1;
                }
                fleet.stop();
            }
            directory.content();
            return 0;
        }
    }
}
