package io.flotilla.bench.speed;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.NodeStatus;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import io.flotilla.bench.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// How long a node whose server's data are gone takes to serve again, with another node's data; and, in turns with it, how
/// long `mariadb-dump | mariadb` takes for the same rows.
public final class RebuildBench {
    private static final Duration SERVING = Duration.ofMinutes(10);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final String DATABASE = "bench";
    private static final String GIVEN = "goes on with another node's data";

    private final Fleet fleet;
    private final Peers peers;
    private final Plan plan;
    private final PrintStream out;

    /// @param mebibytes of the table, at least
    public record Plan(int mebibytes, int trials) {
        public Plan {
            if (trials < 1) {
                throw new IllegalArgumentException("1 trial or more: " + trials);
            }
            if (mebibytes < Filling.LEAST || mebibytes > Filling.MOST) {
                throw new IllegalArgumentException(
                        "%d to %d MiB: %d".formatted(Filling.LEAST, Filling.MOST, mebibytes));
            }
        }
    }

    /// @param fleet that runs and is empty
    public RebuildBench(Fleet fleet, Peers peers, Plan plan, PrintStream out) {
        this.fleet = fleet;
        this.peers = peers;
        this.plan = plan;
        this.out = out;
    }

    /// @param place an empty directory for the other way's servers
    ///
    /// @throws IOException also when a copy is not equal
    public void run(Path place) throws IOException {
        Filling filling = new Filling(plan.mebibytes());
        List<Double> rebuilds = new ArrayList<>();
        List<Double> dumps = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (FleetClient client = new FleetClient(ANSWER);
                DumpAndLoad dump = DumpAndLoad.prepare(peers, place, filling)) {
            fill(client, filling);
            double megabytes = dump.bytes() / 1e6;
            for (int trial = 1; trial <= plan.trials(); trial++) {
                rebuilds.add(rebuild(client, dump.sum()) / 1e9);
                dumps.add(dump.copy() / 1e9);
                ratios.add(dumps.getLast() / rebuilds.getLast());
                out.printf(
                        Locale.ROOT,
                        "%d: %.0f MB, rebuilt and serving after %.1f s; mariadb-dump | mariadb %.1f"
                                + " s%n",
                        trial,
                        megabytes,
                        rebuilds.getLast(),
                        dumps.getLast());
            }
            say("rebuild of a node", rebuilds, megabytes);
            say("mariadb-dump | mariadb", dumps, megabytes);
            out.printf(
                    Locale.ROOT,
                    "a rebuild is %.1f times as fast (median of the pairs)%n",
                    Spread.of(ratios).median());
        }
    }

    private void say(String name, List<Double> seconds, double megabytes) {
        Spread spread = Spread.of(seconds);
        out.printf(
                Locale.ROOT,
                "%-24s median %.1f s (%.1f to %.1f), %.0f MB/s%n",
                name,
                spread.median(),
                spread.least(),
                spread.most(),
                megabytes / spread.median());
    }

    private void fill(FleetClient client, Filling filling) {
        URI leader = fleet.node(fleet.leader()).http();
        demand(client.write(leader, "/createdb?name=" + DATABASE));
        demand(client.execute(leader, DATABASE, Filling.table()));
        filling.inserts().forEach(insert -> demand(client.execute(leader, DATABASE, insert)));
        fleet.awaitLevel(SERVING);
    }

    private static void demand(Outcome outcome) {
        if (!outcome.acknowledged()) {
            throw new IllegalStateException("not prepared: " + outcome);
        }
    }

    /// From the start of the process of a node whose server's directory is gone until it serves what was committed.
    ///
    /// @return nanoseconds
    private long rebuild(FleetClient client, String sum) throws IOException {
        int leader = fleet.leader();
        int node = fleet.others(leader).getFirst();
        fleet.terminate(node);
        fleet.awaitDead(node);
        delete(fleet.node(node).directory().resolve("groups/g0/server"));
        long goal = fleet.leaderSeq();
        long began = System.nanoTime();
        fleet.restart(node);
        Patience.until(
                SERVING,
                () -> "node " + node + " serves " + goal + "; " + fleet.standings(),
                () ->
                        fleet.status(node).filter(NodeStatus::serves).isPresent()
                                && fleet.appliedSeq(node) >= goal);
        long time = System.nanoTime() - began;
        if (fleet.node(node).saidSinceStart().stream().noneMatch(line -> line.contains(GIVEN))) {
            throw new IOException("node " + node + " was not given another node's data");
        }
        List<String> its =
                client.lines(fleet.node(node).http(), DATABASE, Filling.sum()).orElse(List.of());
        if (!its.toString().contains(sum)) {
            throw new IOException("node " + node + " has " + its + ", not " + sum);
        }
        return time;
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
