package io.flotilla.cli;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.Wires;
import io.flotilla.chaos.Campaign;
import io.flotilla.chaos.DdlKillCampaign;
import io.flotilla.chaos.Ground;
import io.flotilla.chaos.PowerCampaign;
import io.flotilla.chaos.ReportFile;
import io.flotilla.workload.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `./flotilla chaos`: hurts fleets of its own, and checks that nothing is lost.
@Command(
        name = "chaos",
        description =
                "Starts a fleet of its own in a temporary directory, lets checked clients write and"
                        + " read at all nodes, and hurts the fleet by a seeded schedule of faults,"
                        + " alone and in pairs. In the end no acknowledged write may be lost, none may"
                        + " be there twice, no linearizable read may have been old, and all nodes must"
                        + " be equal.")
final class ChaosCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int LOG_LINES = 150;
    private static final String POWER = "power";
    private static final String DDL_KILL = "ddl-kill";

    /// Until a fleet all of whose nodes have lost their power writes again: starts, recoveries, rebuilds.
    private static final int POWER_GOES_ON_SECONDS = 120;

    /// Until a node that was killed in a definition serves again: it may have to be rebuilt.
    private static final int DDL_KILL_GOES_ON_SECONDS = 60;

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
            description =
                    "Which kinds of faults, separated by commas (default: all but power and"
                            + " ddl-kill, which go alone). 'power' gives each node a disk of its own"
                            + " whose power is cut; it needs root, /dev/fuse, loop devices, mkfs.ext4"
                            + " and cc. 'ddl-kill' aims kill -9 at definitions under way.")
    private @Nullable List<String> faults;

    @Option(
            names = "--workload",
            split = ",",
            converter = KindConverter.class,
            completionCandidates = KindWords.class,
            description =
                    "Which workloads, separated by commas (default: all; not with power):"
                            + " ${COMPLETION-CANDIDATES}.")
    private List<Kind> workloads = Kind.all();

    @Option(
            names = "--set",
            description =
                    "A setting of every node, as in its configuration: --set log.keep=256KiB lets"
                            + " nodes that were away be rebuilt all the time.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--goes-on",
            description =
                    "So many seconds after a fault is healed a write must succeed (default:"
                            + " ${DEFAULT-VALUE}); six times as many when a node was still away from"
                            + " an earlier fault.")
    private int goesOnSeconds = 10;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Add each campaign to the two tables in this file, in Markdown: campaigns, and the worst times of each kind of fault (not with power).")
    private @Nullable Path report;

    @Mixin private TrialOptions trial;

    @Override
    public Integer call() throws IOException {
        if (campaigns < 1 || minutes <= 0 || goesOnSeconds < 1) {
            System.err.println("--campaigns, --minutes and --goes-on must be positive");
            return 2;
        }
        Duration length = Duration.ofMillis((long) (minutes * 60_000 / campaigns));
        List<String> asked = Optional.ofNullable(faults).orElse(List.of());
        boolean power = asked.contains(POWER);
        boolean kills = asked.contains(DDL_KILL);
        if ((power || kills) && asked.size() > 1) {
            System.err.println(
                    "--faults "
                            + (power ? POWER : DDL_KILL)
                            + " goes alone: it has a campaign of its own");
            return 2;
        }
        Optional<String> obstacle = power ? PowerCampaign.obstacle() : Optional.empty();
        if (obstacle.isPresent()) {
            System.out.println("power cuts are skipped on this machine: " + obstacle.get());
            return 0;
        }
        boolean content = true;
        for (int i = 0; i < campaigns; i++) {
            content &=
                    power
                            ? powerCampaign(seed + i, length)
                            : kills
                                    ? ddlKillCampaign(seed + i, length)
                                    : campaign(plan(seed + i, length));
        }
        return content ? 0 : 1;
    }

    private boolean powerCampaign(long campaignSeed, Duration length) throws IOException {
        try (TrialDirectory directory = trial.directory();
                TrialDirectory disks = trial.directory()) {
            // Images are large: kept only when that is asked for.
            disks.content();
            System.out.printf("seed %d, fleet in %s%n", campaignSeed, directory.path());
            PowerCampaign.Plan plan =
                    new PowerCampaign.Plan(
                            campaignSeed,
                            length,
                            Duration.ofSeconds(Math.max(goesOnSeconds, POWER_GOES_ON_SECONDS)),
                            PowerCampaign.Plan.DEFAULT_DISK_BYTES);
            List<String> complaints =
                    new PowerCampaign(plan, System.out)
                            .run(setup(directory, Optional.empty()), disks.path());
            return told(complaints, campaignSeed, directory);
        }
    }

    private boolean ddlKillCampaign(long campaignSeed, Duration length) throws IOException {
        try (TrialDirectory directory = trial.directory()) {
            System.out.printf("seed %d, fleet in %s%n", campaignSeed, directory.path());
            DdlKillCampaign.Plan plan =
                    new DdlKillCampaign.Plan(
                            campaignSeed,
                            length,
                            Duration.ofSeconds(Math.max(goesOnSeconds, DDL_KILL_GOES_ON_SECONDS)));
            List<String> complaints =
                    new DdlKillCampaign(plan, System.out).run(setup(directory, Optional.empty()));
            return told(complaints, campaignSeed, directory);
        }
    }

    /// @param wires between the nodes, where faults are done to them
    private FleetSetup setup(TrialDirectory directory, Optional<Wires> wires) throws IOException {
        return new FleetSetup(NODES, directory.path(), trial.programs(directory), settings, wires);
    }

    private static boolean told(List<String> complaints, long seed, TrialDirectory directory) {
        complaints.forEach(complaint -> System.out.println("WRONG " + complaint));
        if (!complaints.isEmpty()) {
            return false;
        }
        System.out.printf("seed %d: nothing lost, nothing doubled, all equal%n", seed);
        directory.content();
        return true;
    }

    private Campaign.Plan plan(long campaignSeed, Duration length) {
        return new Campaign.Plan(
                campaignSeed,
                length,
                Optional.ofNullable(faults).orElseGet(Campaign.Plan::allFaults),
                workloads,
                Duration.ofSeconds(goesOnSeconds));
    }

    private boolean campaign(Campaign.Plan plan) throws IOException {
        try (TrialDirectory directory = trial.directory();
                TrialDirectory disks = trial.directory();
                Ground ground =
                        Ground.prepare(plan.faults(), NODES, directory.path(), disks.path())) {
            disks.content();
            System.out.printf("seed %d, fleet in %s%n", plan.seed(), directory.path());
            try (Fleet fleet = Fleet.start(setup(directory, Optional.of(ground.wires())))) {
                Campaign campaign = new Campaign(fleet, ground, plan, System.out);
                List<String> complaints = campaign.run();
                if (report != null) {
                    ReportFile.add(report, campaign.summary());
                }
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

    private static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String word) {
            try {
                return Kind.of(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static final class KindWords implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Kind.all().stream().map(Kind::word).iterator();
        }
    }
}
