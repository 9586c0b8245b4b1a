package io.flotilla.cli;

import io.flotilla.bench.speed.Entrant;
import io.flotilla.bench.speed.Peers;
import io.flotilla.bench.speed.SpeedBench;
import io.flotilla.bench.speed.SpeedReport;
import io.flotilla.bench.speed.Workload;
import io.flotilla.engine.EngineConfig;
import io.flotilla.engine.ServerBinaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./flotilla bench speed`: this fleet beside its peers.
@Command(
        name = "speed",
        description =
                "Starts each system fresh on this machine, in turns, loads it by the same clients,"
                        + " and prints one table. Peers that are not installed are skipped by name.")
final class BenchSpeedCommand implements Callable<Integer> {
    @Option(
            names = "--systems",
            split = ",",
            description =
                    "Which, separated by commas (default: all): flotilla-http, flotilla-mysql, the"
                            + " same with -follower, flotilla-follower-none,"
                            + " flotilla-follower-linearizable, mariadb, semisync, galera, etcd.")
    private @Nullable List<String> systems;

    @Option(
            names = "--workloads",
            split = ",",
            description =
                    "insert, update, read, tx10, mixed (default: insert,read). Any letter case.")
    private List<String> workloads = List.of("insert", "read");

    @Option(
            names = "--clients",
            split = ",",
            description = "How many at a time; each number is measured (default: 1,64).")
    private List<Integer> clients = List.of(1, 64);

    @Option(names = "--repetitions", description = "Default: ${DEFAULT-VALUE}.")
    private int repetitions = 3;

    @Option(
            names = "--first-warm-up",
            description =
                    "Seconds of load for each system before its first measurement (default:"
                            + " ${DEFAULT-VALUE}; one that runs on a JVM is compiled for that long).")
    private int firstWarmUpSeconds = 100;

    @Option(
            names = "--warm-up",
            description = "Seconds before each measurement (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds = 3;

    @Option(names = "--seconds", description = "Of each measurement (default: ${DEFAULT-VALUE}).")
    private int seconds = 6;

    @Option(
            names = "--rate",
            description =
                    "Open loop: so many requests are due each second, and a latency counts from the"
                            + " moment it was due (default: each client sends when it has its answer).")
    private int perSecond;

    @Option(
            names = "--together",
            description =
                    "Start all systems at once and measure one after the other in each repetition, so"
                            + " that they are compared within seconds; those that wait are idle.")
    private boolean together;

    @Option(names = "--csv", description = "Write every measurement into this file.")
    private @Nullable Path csv;

    @Option(names = "--plot", description = "Draw the medians as bars into this file, in SVG.")
    private @Nullable Path plot;

    @Option(names = "--set", description = "A setting of every node of ours.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--peers",
            description =
                    "Where Debian's packages galera-4 and etcd-server are unpacked, when they are not"
                            + " installed (dpkg -x).")
    private Path peers = Path.of("/");

    @Mixin private TrialOptions trial;

    @Override
    public Integer call() throws IOException {
        if (repetitions < 1 || firstWarmUpSeconds < 0 || warmUpSeconds < 0 || seconds < 1) {
            System.err.println("--repetitions and --seconds must be positive");
            return 2;
        }
        try (TrialDirectory directory = trial.directory()) {
            Path engine = trial.programs(directory);
            // The plain systems run the same server.
            ServerBinaries.provide(EngineConfig.withDefaults(directory.path(), 1, engine));
            List<Entrant> all = SpeedBench.systems(new Peers(engine, peers), settings);
            List<Entrant> chosen = new ArrayList<>();
            for (String name :
                    Optional.ofNullable(systems).orElse(all.stream().map(Entrant::name).toList())) {
                Optional<Entrant> found =
                        all.stream().filter(each -> each.name().equals(name)).findFirst();
                if (found.isEmpty()) {
                    System.err.printf(
                            "there is no system '%s'; there are %s%n",
                            name,
                            all.stream().map(Entrant::name).collect(Collectors.joining(", ")));
                    return 2;
                }
                chosen.add(found.get());
            }
            SpeedBench.Plan plan;
            try {
                plan =
                        new SpeedBench.Plan(
                                chosen,
                                workloads.stream().map(Workload::of).toList(),
                                clients,
                                repetitions,
                                firstWarmUpSeconds,
                                warmUpSeconds,
                                seconds,
                                perSecond,
                                together);
            } catch (IllegalArgumentException e) {
                System.err.println(e.getMessage());
                return 2;
            }
            SpeedReport report = new SpeedBench(plan, System.out).run(directory.path());
            System.out.println(report.table());
            for (String peer : List.of("semisync", "galera", "mariadb")) {
                System.out.print(report.ratios("flotilla-mysql", peer));
                System.out.print(report.ratios("flotilla-http", peer));
            }
            System.out.print(report.ratios("flotilla-http", "flotilla-mysql"));
            if (csv != null) {
                Files.writeString(csv, report.csv());
            }
            if (plot != null) {
                Files.writeString(plot, report.plot());
            }
            if (report.failed()) {
                return 1;
            }
            directory.content();
            return 0;
        }
    }
}
