package io.flotilla.cli;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.Wires;
import io.flotilla.chaos.Campaign;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./flotilla chaos`: hurts fleets of its own, and checks that nothing is lost.
@Command(
        name = "chaos",
        description =
                "Starts a fleet of its own in a temporary directory, lets checked clients write and"
                        + " read at all nodes, and hurts the fleet by a seeded schedule of faults, alone and"
                        + " in pairs. In the end no acknowledged write may be lost, none may be there twice,"
                        + " no linearizable read may have been old, and all nodes must be equal.")
final class ChaosCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int LOG_LINES = 150;

    @Option(names = "--seed", description = "Of the first campaign; each further one adds 1.")
    private long seed = Math.floorMod(System.nanoTime(), 1_000_000L);

    @Option(
            names = "--minutes",
            description = "How long faults go on, over all campaigns (default: ${DEFAULT-VALUE}).")
    private double minutes = 3;

    @Option(
            names = "--campaigns",
            description = "So many fleets one after the other (default: ${DEFAULT-VALUE}).")
    private int campaigns = 1;

    @Option(
            names = "--faults",
            split = ",",
            description = "Which kinds of faults, separated by commas (default: all).")
    private @Nullable List<String> faults;

    @Option(
            names = "--set",
            description =
                    "A setting of every node, as in its configuration: --set log.keep=256KiB lets nodes that were"
                            + " away be rebuilt all the time.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--goes-on",
            description =
                    "So many seconds after a fault is healed a write must succeed (default: ${DEFAULT-VALUE}).")
    private int goesOnSeconds = 10;

    @Option(
            names = "--programs",
            description =
                    "Where the server's program is unpacked (default: in the temporary directory).")
    private @Nullable Path programs;

    @Option(names = "--keep", description = "Keep the directories with data and logs.")
    private boolean keep;

    @Override
    public Integer call() throws IOException {
        if (campaigns < 1 || minutes <= 0 || goesOnSeconds < 1) {
            System.err.println("--campaigns, --minutes and --goes-on must be positive");
            return 2;
        }
        Duration length = Duration.ofMillis((long) (minutes * 60_000 / campaigns));
        boolean content = true;
        for (int i = 0; i < campaigns; i++) {
            content &= campaign(plan(seed + i, length));
        }
        return content ? 0 : 1;
    }

    private Campaign.Plan plan(long campaignSeed, Duration length) {
        return new Campaign.Plan(
                campaignSeed,
                length,
                Optional.ofNullable(faults).orElseGet(Campaign.Plan::allFaults),
                LoadPlan.ordinary(),
                Duration.ofSeconds(goesOnSeconds));
    }

    private boolean campaign(Campaign.Plan plan) throws IOException {
        try (TrialDirectory directory = TrialDirectory.make(keep);
                Wires wires = new Wires()) {
            System.out.printf("seed %d, fleet in %s%n", plan.seed(), directory.path());
            FleetSetup setup =
                    new FleetSetup(
                            NODES,
                            directory.path(),
                            directory.programs(Optional.ofNullable(programs)),
                            settings,
                            Optional.of(wires));
            try (Fleet fleet = Fleet.start(setup)) {
                List<String> complaints = new Campaign(fleet, wires, plan, System.out).run();
                complaints.forEach(complaint -> System.out.println("WRONG " + complaint));
                if (!complaints.isEmpty()) {
                    System.out.println(fleet.logs(LOG_LINES));
                    return false;
                }
                fleet.stop();
            }
            System.out.printf("seed %d: nothing lost, nothing doubled, all equal%n", plan.seed());
            directory.content();
            return true;
        }
    }
}
