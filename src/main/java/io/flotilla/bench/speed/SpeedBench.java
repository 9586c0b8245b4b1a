package io.flotilla.bench.speed;

import io.flotilla.bench.speed.Flotilla.Way;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Loads this fleet and its peers in turns, each started fresh for every repetition, by the same clients.
///
/// In turns: what the machine does besides falls on all alike. Ratios are taken within a repetition.
public final class SpeedBench {
    private static final int MOST_PER_SECOND = 1_000_000;

    private final Plan plan;
    private final PrintStream out;
    private final SpeedReport report = new SpeedReport();

    /// What is run.
    ///
    /// @param systems in this order
    /// @param clients one measurement for each of these numbers of clients
    /// @param perSecond open loop: so many requests are due each second; 0: each client sends when it has its answer
    public record Plan(
            List<Entrant> systems,
            List<Workload> workloads,
            List<Integer> clients,
            int repetitions,
            int warmUpSeconds,
            int seconds,
            int perSecond) {
        public Plan {
            systems = List.copyOf(systems);
            workloads = List.copyOf(workloads);
            clients = List.copyOf(clients);
            for (int count : clients) {
                if (count < 1 || count > Trial.MOST_CLIENTS) {
                    throw new IllegalArgumentException(
                            "clients must be 1 to " + Trial.MOST_CLIENTS + ": " + count);
                }
            }
            if (perSecond < 0 || perSecond > MOST_PER_SECOND) {
                throw new IllegalArgumentException(
                        "0 to " + MOST_PER_SECOND + " requests each second: " + perSecond);
            }
        }
    }

    public SpeedBench(Plan plan, PrintStream out) {
        this.plan = plan;
        this.out = out;
    }

    /// All systems there are.
    ///
    /// @param settings of this product's nodes
    public static List<Entrant> systems(Peers peers, Map<String, String> settings) {
        List<Entrant> systems = new ArrayList<>();
        Arrays.stream(Way.values())
                .map(way -> new Flotilla(way, peers.programs(), settings))
                .forEach(systems::add);
        Arrays.stream(MariaDbSystem.Kind.values())
                .map(kind -> new MariaDbSystem(kind, peers))
                .forEach(systems::add);
        systems.add(new Etcd(peers.etcd()));
        return systems;
    }

    /// @param place an empty directory for everybody's data
    public SpeedReport run(Path place) throws IOException {
        List<Entrant> able = new ArrayList<>();
        for (Entrant system : plan.systems()) {
            system.obstacle()
                    .ifPresentOrElse(
                            why -> {
                                out.println("skipped " + system.name() + ": " + why);
                                report.skipped(system.name(), why);
                            },
                            () -> able.add(system));
        }
        for (int repetition = 1; repetition <= plan.repetitions(); repetition++) {
            for (Entrant system : able) {
                Path directory =
                        Files.createDirectory(place.resolve(system.name() + "-" + repetition));
                try {
                    run(system, repetition, directory);
                    delete(directory);
                } catch (IOException | UncheckedIOException | IllegalStateException e) {
                    // The others are measured all the same.
                    out.println("FAILED " + system.name() + ", " + directory + ": " + e);
                    report.failed(system.name() + ", repetition " + repetition, firstLine(e));
                }
            }
        }
        return report;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private void run(Entrant system, int repetition, Path directory) throws IOException {
        Set<Workload> can = system.workloads();
        if (plan.workloads().stream().noneMatch(can::contains)) {
            return;
        }
        int generation = 0;
        try (Contestant contestant = system.start(directory)) {
            for (Workload workload : plan.workloads()) {
                if (!can.contains(workload)) {
                    continue;
                }
                for (int clients : plan.clients()) {
                    Trial.Load load =
                            new Trial.Load(
                                    clients,
                                    plan.warmUpSeconds(),
                                    plan.seconds(),
                                    plan.perSecond());
                    Trial.Outcome outcome = Trial.run(contestant, workload, load, generation++);
                    report.add(
                            new SpeedReport.Row(
                                    system.name(),
                                    system.durability(),
                                    workload,
                                    clients,
                                    plan.perSecond(),
                                    repetition,
                                    outcome));
                    out.println(SpeedReport.progress(system.name(), workload, clients, outcome));
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
