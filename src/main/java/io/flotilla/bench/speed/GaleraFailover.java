package io.flotilla.bench.speed;

import io.flotilla.bench.Patience;
import io.flotilla.bench.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// How long writes stand still at the others when one server of a Galera cluster dies (`kill -9`), again and again, each
/// in its turn; as [io.flotilla.bench.FailoverBench] does with this product's leaders, and without load. Time limits of the
/// group are Galera's own (`evs.suspect_timeout` 5 s).
public final class GaleraFailover {
    private static final Duration WARM = Duration.ofMillis(700);
    private static final int JITTER_MILLIS = 500;
    private static final Duration GOES_ON = Duration.ofSeconds(60);
    private static final Duration LEVEL = Duration.ofSeconds(60);
    private static final String ROW = "%5s %6s %9s %13s %9s%n";

    private final Peers peers;
    private final int trials;
    private final RandomGenerator random;
    private final PrintStream out;
    private final AtomicLong tokens = new AtomicLong();
    private final List<InsertProbe.Write> writes = new ArrayList<>();

    /// In milliseconds.
    private record Times(double total, double longestWait, double back) {}

    /// @param seed of the moments of death
    public GaleraFailover(Peers peers, int trials, long seed, PrintStream out) {
        if (trials < 1) {
            throw new IllegalArgumentException("1 trial or more: " + trials);
        }
        this.peers = peers;
        this.trials = trials;
        this.random = new SplittableRandom(seed);
        this.out = out;
    }

    /// What is missing on this machine; empty when it can run.
    public Optional<String> obstacle() {
        return peers.galeraObstacle();
    }

    /// @param place an empty directory for all servers' data
    ///
    /// @return what is wrong in the end: acknowledged writes that a server lacks
    public List<String> run(Path place) throws IOException {
        try (GaleraCluster cluster = GaleraCluster.start(peers.server(), peers.galera(), place)) {
            cluster.server(1)
                    .execute(
                            "CREATE TABLE %s.%s (token BIGINT PRIMARY KEY)"
                                    .formatted(PlainServer.DATABASE, InsertProbe.TABLE));
            out.printf(ROW, "trial", "killed", "total ms", "longest wait", "back");
            List<Times> times = new ArrayList<>();
            for (int trial = 1; trial <= trials; trial++) {
                int victim = 1 + (trial - 1) % GaleraCluster.SIZE;
                Times its = trial(cluster, victim);
                times.add(its);
                out.printf(
                        ROW,
                        trial,
                        victim,
                        text(its.total()),
                        text(its.longestWait()),
                        text(its.back()));
            }
            summarize("kill to acknowledged write", times.stream().map(Times::total).toList());
            summarize("longest wait of a probe", times.stream().map(Times::longestWait).toList());
            summarize("killed server level again", times.stream().map(Times::back).toList());
            return judge(cluster);
        }
    }

    private Times trial(GaleraCluster cluster, int victim) throws IOException {
        List<InsertProbe.Door> others =
                IntStream.rangeClosed(1, GaleraCluster.SIZE)
                        .filter(number -> number != victim)
                        .mapToObj(number -> (InsertProbe.Door) cluster.server(number)::open)
                        .toList();
        InsertProbe probe = new InsertProbe(others, tokens);
        probe.start();
        try (probe) {
            Patience.pause(WARM.plusMillis(random.nextInt(JITTER_MILLIS)));
            long death = cluster.kill(victim);
            long total =
                    Patience.untilPresent(
                            GOES_ON,
                            () -> "a write after the death of server " + victim,
                            () -> boxed(probe.firstAcknowledgedAfter(death)));
            probe.close();
            long began = System.nanoTime();
            cluster.restart(victim);
            cluster.awaitLevel(LEVEL);
            return new Times(
                    total / 1e6,
                    probe.longestWaitAfter(death) / 1e6,
                    (System.nanoTime() - began) / 1e6);
        } finally {
            writes.addAll(probe.writes());
        }
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    private void summarize(String name, List<Double> values) {
        Spread spread = Spread.of(values);
        out.printf(
                Locale.ROOT,
                "%-28s min %.0f, median %.0f, p90 %.0f, max %.0f ms%n",
                name,
                spread.least(),
                spread.median(),
                spread.p90(),
                spread.most());
    }

    private static String text(double millis) {
        return String.format(Locale.ROOT, "%.0f", millis);
    }

    private List<String> judge(GaleraCluster cluster) throws IOException {
        List<Long> acknowledged =
                writes.stream()
                        .filter(InsertProbe.Write::acknowledged)
                        .map(InsertProbe.Write::token)
                        .toList();
        List<String> complaints = new ArrayList<>();
        for (int number = 1; number <= GaleraCluster.SIZE; number++) {
            String select =
                    "SELECT token FROM %s.%s".formatted(PlainServer.DATABASE, InsertProbe.TABLE);
            Set<String> there = new HashSet<>(cluster.server(number).values(select));
            for (long token : acknowledged) {
                if (!there.contains(Long.toString(token))) {
                    complaints.add("LOST at server " + number + ": " + token);
                }
            }
        }
        out.printf(
                "probes: %d sent, %d acknowledged; %d complaints%n",
                writes.size(), acknowledged.size(), complaints.size());
        return complaints;
    }
}
