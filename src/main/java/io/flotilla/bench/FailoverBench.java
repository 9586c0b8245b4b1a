package io.flotilla.bench;

import io.flotilla.bench.History.TokenWrite;
import io.flotilla.bench.NodeProcess.Part;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// How long writes stand still when the leader dies: `kill -9` of its JVM and its server together, again and again, on a
/// fleet of its own; idle first, then beside other writers. In the end no acknowledged write may be missing.
public final class FailoverBench {
    /// Connections and code are warm before the kill, as they are in a fleet that is in use.
    private static final Duration WARM = Duration.ofMillis(700);

    /// Kills come at any moment of whatever the nodes do at regular times.
    private static final int JITTER_MILLIS = 500;

    /// So many lines of a log reach back before the kill.
    private static final int LOG_LINES = 400;

    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(15);
    private static final Duration GOES_ON = Duration.ofSeconds(15);
    private static final Duration LEVEL = Duration.ofSeconds(60);

    private final Fleet fleet;
    private final Plan plan;
    private final PrintStream out;
    private final FleetClient client = new FleetClient(CLIENT_PATIENCE);
    private final AtomicLong tokens = new AtomicLong();
    private final List<TokenWrite> probes = new ArrayList<>();
    private final List<FailoverTrial> trials = new ArrayList<>();
    private Optional<Load> load = Optional.empty();

    /// @param trials how many leaders die
    /// @param loaded during how many of these, the last ones, others write as well
    /// @param writers how
    /// @param seed of the moments and of the load
    public record Plan(int trials, int loaded, LoadPlan writers, long seed) {
        public Plan {
            if (trials < 1 || loaded < 0 || loaded > trials) {
                throw new IllegalArgumentException(
                        "1 trial or more, and no more under load than there are: "
                                + trials
                                + ", "
                                + loaded);
            }
        }
    }

    public FailoverBench(Fleet fleet, Plan plan, PrintStream out) {
        this.fleet = fleet;
        this.plan = plan;
        this.out = out;
    }

    /// Runs all trials and prints them.
    ///
    /// @return what is wrong in the end: empty when nothing acknowledged is lost, doubled or different
    public List<String> run() {
        RandomGenerator random = new SplittableRandom(plan.seed());
        Prober.prepare(client, fleet);
        out.print(FailoverReport.header());
        for (int number = 1; number <= plan.trials(); number++) {
            if (number == plan.trials() - plan.loaded() + 1) {
                load = Optional.of(Load.start(fleet.http(), client, plan.writers(), plan.seed()));
            }
            FailoverTrial trial = trial(number, random);
            trials.add(trial);
            out.print(FailoverReport.row(trial));
            out.flush();
        }
        out.println();
        out.print(new FailoverReport(trials).summary());
        return judge();
    }

    private FailoverTrial trial(int number, RandomGenerator random) {
        int former = fleet.leaderWithServer();
        Prober prober = new Prober(client, fleet.http(), fleet.others(former), tokens);
        prober.start();
        try (prober) {
            Patience.pause(WARM.plusMillis(random.nextInt(JITTER_MILLIS)));
            LocalTime clock = LocalTime.now(ZoneId.systemDefault());
            long death = fleet.kill(former, Part.BOTH);
            Duration total =
                    Patience.untilPresent(
                            GOES_ON,
                            () ->
                                    "a write after the death of node "
                                            + former
                                            + "; "
                                            + fleet.standings(),
                            () -> prober.firstAcknowledgedAfter(death));
            int next = fleet.leaderOtherThan(former, GOES_ON);
            prober.close();
            Duration back = bringBack(former, next);
            return new FailoverTrial(
                    number,
                    load.isPresent(),
                    former,
                    next,
                    total,
                    prober.longestWaitAfter(death),
                    Phases.of(fleet.node(next).lastLines(LOG_LINES), clock),
                    back);
        } finally {
            probes.addAll(prober.writes());
        }
    }

    /// Starts the killed node again and waits until it has everything that was committed when it came up.
    private Duration bringBack(int node, int leader) {
        long began = System.nanoTime();
        fleet.restart(node);
        Patience.until(
                LEVEL,
                () -> "node " + node + " serves again; " + fleet.standings(),
                () -> fleet.status(node).map(NodeStatus::serves).orElse(false));
        long goal =
                Patience.untilPresent(
                        LEVEL,
                        () -> "the position of the leader; " + fleet.standings(),
                        () -> fleet.status(leader).map(NodeStatus::committedSeq));
        Patience.until(
                LEVEL,
                () -> "node " + node + " at " + goal + "; " + fleet.standings(),
                () -> fleet.status(node).map(status -> status.appliedSeq() >= goal).orElse(false));
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private List<String> judge() {
        List<Integer> all = fleet.numbers().boxed().toList();
        List<String> complaints = new ArrayList<>();
        load.ifPresent(running -> {
            History history = running.stop();
            out.println("load: " + history.summary());
            complaints.addAll(Verdict.of(fleet, history, all, LEVEL).complaints());
        });
        fleet.awaitLevel(LEVEL);
        TokenCheck check = new TokenCheck(Prober.TABLE, probes);
        for (int node : all) {
            complaints.addAll(check.finalRows(node, Prober.rowsAt(client, fleet, node)));
        }
        long acknowledged = probes.stream().filter(write -> write.outcome().acknowledged()).count();
        out.printf(
                "probes: %d sent, %d acknowledged; %d complaints%n",
                probes.size(), acknowledged, complaints.size());
        client.close();
        return complaints;
    }
}
