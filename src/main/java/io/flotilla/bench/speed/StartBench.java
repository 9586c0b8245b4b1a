package io.flotilla.bench.speed;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How long a fleet that was stopped in order takes from the start of its processes to its first acknowledged write, and
/// what it uses while nobody asks for anything.
public final class StartBench {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration STARTING = Duration.ofMinutes(2);
    private static final Duration SETTLING = Duration.ofSeconds(10);

    /// After this a fleet that idles has compiled what it runs.
    private static final Duration COMPILED = Duration.ofMinutes(2);

    private static final String TABLE = "app.starts";

    private final Fleet fleet;
    private final int trials;
    private final Duration idle;
    private final PrintStream out;

    /// @param fleet that runs
    /// @param idle how long it is watched in the end
    public StartBench(Fleet fleet, int trials, Duration idle, PrintStream out) {
        if (trials < 1) {
            throw new IllegalArgumentException("1 trial or more: " + trials);
        }
        this.fleet = fleet;
        this.trials = trials;
        this.idle = idle;
        this.out = out;
    }

    public void run() throws IOException {
        List<Long> times = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        try (FleetClient patient = new FleetClient(STARTING);
                FleetClient client = new FleetClient(LOOK)) {
            URI node = fleet.node(fleet.leader()).http();
            demand(patient.write(node, "/createdb?name=app"));
            demand(patient.execute(node, "app", "CREATE TABLE " + TABLE + " (id INT PRIMARY KEY)"));
            for (int trial = 1; trial <= trials; trial++) {
                fleet.stop();
                long began = System.nanoTime();
                fleet.startAll();
                int id = trial;
                Patience.until(STARTING, () -> "a write", () -> writes(client, id));
                times.add((System.nanoTime() - began) / 1_000_000);
                cpu.add(Cost.of(processes(), fleet.node(1).directory()).cpuSeconds());
                out.printf(
                        Locale.ROOT,
                        "start %d: first write after %d ms and %.2f s of processor time%n",
                        trial,
                        times.getLast(),
                        cpu.getLast());
                fleet.awaitLevel(STARTING);
            }
        }
        List<Long> sorted = times.stream().sorted().toList();
        out.printf(
                Locale.ROOT,
                "start to the first write: median %d ms, worst %d ms; processor time of all nodes until then: median %.2f s%n",
                sorted.get(sorted.size() / 2),
                sorted.getLast(),
                cpu.stream().sorted().toList().get(cpu.size() / 2));
        watch("at first", SETTLING);
        watch("after two minutes more", COMPILED);
    }

    /// Repeated at each node until one takes it: the second of two is refused for its key, which is as good.
    private boolean writes(FleetClient client, int id) {
        for (URI node : fleet.http()) {
            Outcome outcome =
                    client.execute(node, "app", "INSERT INTO " + TABLE + " VALUES (" + id + ")");
            boolean there =
                    outcome instanceof Outcome.NotApplied(String why) && why.contains("Duplicate");
            if (outcome.acknowledged() || there) {
                return true;
            }
        }
        return false;
    }

    private static void demand(Outcome outcome) {
        if (!outcome.acknowledged()) {
            throw new IllegalStateException("not prepared: " + outcome);
        }
    }

    private void watch(String when, Duration settling) throws IOException {
        Patience.pause(settling);
        List<Long> pids = processes();
        Path place = fleet.node(1).directory();
        Cost before = Cost.of(pids, place);
        Patience.pause(idle);
        Cost used = Cost.of(pids, place).since(before);
        out.printf(
                Locale.ROOT,
                "idle for %d s %s: %.1f%% of one core, %d MiB in all (proportional set size), %.1f kB/s to the disk%n",
                idle.toSeconds(),
                when,
                100 * used.cpuSeconds() / idle.toSeconds(),
                pids.stream().mapToLong(StartBench::memory).sum() >> 20,
                used.writtenBytes() / 1000.0 / idle.toSeconds());
    }

    /// All nodes' JVMs and servers.
    private List<Long> processes() {
        List<Long> pids = new ArrayList<>();
        for (int node : fleet.numbers().toArray()) {
            pids.add(fleet.node(node).jvm().orElseThrow());
            pids.addAll(fleet.node(node).servers());
        }
        return pids;
    }

    /// Bytes; pages that several processes share count once.
    private static long memory(long pid) {
        try {
            return Files.readString(
                            Path.of("/proc", Long.toString(pid), "smaps_rollup"),
                            StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
