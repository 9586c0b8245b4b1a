package io.flotilla.bench.speed;

import io.flotilla.bench.speed.Flotilla.Way;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
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
    /// @param firstWarmUpSeconds how long each system that was started is loaded with the first workload it can do before the
    ///     first measurement, by as many clients as there will be at most: a system that compiles itself is not measured
    ///     while it does
    /// @param warmUpSeconds before each measurement
    /// @param perSecond open loop: so many requests are due each second; 0: each client sends when it has its answer
    /// @param together whether all systems run at the same time and each repetition of a measurement is made of one after the
    ///     other, so that they are compared within seconds: else each is started, measured and stopped before the next, as
    ///     often as there are repetitions
    public record Plan(
            List<Entrant> systems,
            List<Workload> workloads,
            List<Integer> clients,
            int repetitions,
            int firstWarmUpSeconds,
            int warmUpSeconds,
            int seconds,
            int perSecond,
            boolean together) {
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
        able.removeIf(system -> plan.workloads().stream().noneMatch(system.workloads()::contains));
        if (plan.together()) {
            together(able, place);
        } else {
            inTurns(able, place);
        }
        return report;
    }

    private void inTurns(List<Entrant> able, Path place) throws IOException {
        for (int repetition = 1; repetition <= plan.repetitions(); repetition++) {
            for (Entrant system : able) {
                Path directory =
                        Files.createDirectory(place.resolve(system.name() + "-" + repetition));
                try (Candidate candidate = begin(system, directory)) {
                    for (Workload workload : candidate.workloads()) {
                        for (int clients : plan.clients()) {
                            measure(candidate, workload, clients, repetition);
                        }
                    }
                } catch (IOException | UncheckedIOException | IllegalStateException e) {
                    failed(system.name() + ", repetition " + repetition, directory, e);
                    continue;
                }
                delete(directory);
            }
        }
    }

    private void together(List<Entrant> able, Path place) throws IOException {
        List<Candidate> running = new ArrayList<>();
        try {
            for (Entrant system : able) {
                Path directory = Files.createDirectory(place.resolve(system.name()));
                try {
                    running.add(begin(system, directory));
                } catch (IOException | UncheckedIOException | IllegalStateException e) {
                    failed(system.name(), directory, e);
                }
            }
            for (Workload workload : plan.workloads()) {
                for (int clients : plan.clients()) {
                    for (int repetition = 1; repetition <= plan.repetitions(); repetition++) {
                        turn(running, workload, clients, repetition);
                    }
                }
            }
        } finally {
            running.forEach(Candidate::close);
        }
        if (report.failed()) {
            // Their logs say why.
            return;
        }
        for (Candidate candidate : running) {
            delete(candidate.contestant().directory());
        }
    }

    private void turn(List<Candidate> running, Workload workload, int clients, int repetition) {
        for (Candidate candidate : running) {
            if (candidate.workloads().contains(workload)) {
                try {
                    measure(candidate, workload, clients, repetition);
                } catch (IOException | UncheckedIOException | IllegalStateException e) {
                    failed(
                            "%s, %s, %d clients, repetition %d"
                                    .formatted(
                                            candidate.system().name(),
                                            workload.word(),
                                            clients,
                                            repetition),
                            candidate.contestant().directory(),
                            e);
                }
            }
        }
    }

    private void failed(String run, Path directory, Exception e) {
        // The others are measured all the same.
        out.println("FAILED " + run + ", " + directory + ": " + e);
        report.failed(run, firstLine(e));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    /// A system that runs.
    ///
    /// @param workloads of the plan that it can do
    /// @param generations of keys that were used
    private record Candidate(
            Entrant system,
            Contestant contestant,
            List<Workload> workloads,
            AtomicInteger generations)
            implements AutoCloseable {
        @Override
        public void close() {
            contestant.close();
        }
    }

    private Candidate begin(Entrant system, Path directory) throws IOException {
        Set<Workload> can = system.workloads();
        out.printf(
                "%s is started, and loaded for %d s before it is measured%n",
                system.name(), plan.firstWarmUpSeconds());
        Candidate candidate =
                new Candidate(
                        system,
                        system.start(directory),
                        plan.workloads().stream().filter(can::contains).toList(),
                        new AtomicInteger());
        if (plan.firstWarmUpSeconds() > 0) {
            Trial.Load warmUp =
                    new Trial.Load(
                            Collections.max(plan.clients()), 0, plan.firstWarmUpSeconds(), 0);
            try {
                run(candidate, candidate.workloads().getFirst(), warmUp);
            } catch (IOException | RuntimeException e) {
                candidate.close();
                throw e;
            }
        }
        return candidate;
    }

    private static Trial.Outcome run(Candidate candidate, Workload workload, Trial.Load load)
            throws IOException {
        return Trial.run(
                candidate.contestant(), workload, load, candidate.generations().getAndIncrement());
    }

    private void measure(Candidate candidate, Workload workload, int clients, int repetition)
            throws IOException {
        Trial.Load load =
                new Trial.Load(clients, plan.warmUpSeconds(), plan.seconds(), plan.perSecond());
        Trial.Outcome outcome = run(candidate, workload, load);
        Entrant system = candidate.system();
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
