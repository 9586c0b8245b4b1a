package io.flotilla.chaos;

import io.flotilla.bench.DefinitionLoad;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.Load;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.NodeStatus;
import io.flotilla.bench.Patience;
import io.flotilla.bench.Turnstile;
import io.flotilla.bench.Verdict;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// `kill -9` aimed at definitions under way, on leader and follower, JVM, server or both, again and again. Nobody helps:
/// before the next kill the victim serves again by itself, and every few kills all nodes must be level and equal, rows
/// and definitions, and hold every acknowledged write exactly once.
public final class DdlKillCampaign {
    private static final int NODES = 3;
    private static final List<Part> PARTS = List.of(Part.values());
    private static final int LOG_LINES = 200;
    private static final int KILLS_BETWEEN_LOOKS = 10;
    private static final int DEFINERS = 3;
    private static final Duration DEFINING_PACE = Duration.ofMillis(15);
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration DEFINITION = Duration.ofSeconds(20);
    private static final Duration LEVEL = Duration.ofMinutes(4);

    private final Plan plan;
    private final PrintStream out;
    private final RandomGenerator random;
    private final ComebackReport report = new ComebackReport("killed");
    private int kills;
    private int aimed;

    /// @param seed of the schedule and of the load
    /// @param length how long kills go on
    /// @param goesOn how long after a kill writes may stand still, and after a start a node may take until it serves
    public record Plan(long seed, Duration length, Duration goesOn) {}

    public DdlKillCampaign(Plan plan, PrintStream out) {
        this.plan = plan;
        this.out = out;
        this.random = new SplittableRandom(plan.seed());
    }

    /// @return what is wrong, with the nodes' logs: empty when every check is content
    public List<String> run(FleetSetup setup) {
        try (Fleet fleet = Fleet.start(setup);
                FleetClient client = new FleetClient(CLIENT_PATIENCE)) {
            List<String> complaints = run(fleet, client);
            out.print(report.table());
            out.printf("%d kills, %d of them within a definition%n", kills, aimed);
            if (complaints.isEmpty()) {
                fleet.stop();
            } else {
                out.println(fleet.logs(LOG_LINES));
            }
            return complaints;
        }
    }

    private List<String> run(Fleet fleet, FleetClient client) {
        Load load = Load.start(fleet.http(), client, LoadPlan.light(), plan.seed());
        DefinitionLoad definitions =
                DefinitionLoad.start(fleet.http(), client, DEFINERS, DEFINING_PACE, plan.seed());
        List<String> complaints = new ArrayList<>();
        long end = System.nanoTime() + plan.length().toNanos();
        try {
            while (complaints.isEmpty() && System.nanoTime() - end < 0) {
                kill(fleet, load, definitions);
                if (kills % KILLS_BETWEEN_LOOKS == 0) {
                    complaints.addAll(judge(fleet, load, definitions));
                }
            }
            if (complaints.isEmpty()) {
                complaints.addAll(judge(fleet, load, definitions));
            }
        } catch (Patience.OverdueException e) {
            fleet.askForThreads();
            complaints.add("STANDS STILL " + e.getMessage());
        } finally {
            definitions.stop();
            load.stop();
        }
        out.println(load.history().summary() + "; " + definitions.summary());
        return complaints;
    }

    private void kill(Fleet fleet, Load load, DefinitionLoad definitions) {
        Patience.pause(ProcessFaults.pause(random, 50, 400));
        boolean leads = random.nextBoolean();
        int leader = fleet.leaderWithServer();
        int victim = leads ? leader : fleet.others(leader).get(random.nextInt(NODES - 1));
        Part part = PARTS.get(random.nextInt(PARTS.size()));
        Patience.until(DEFINITION, () -> "a definition", definitions::defining);
        Patience.pause(ProcessFaults.pause(random, 0, 25));
        int before = fleet.node(victim).lastLines(Integer.MAX_VALUE).size();
        long moment = fleet.kill(victim, part, false);
        kills++;
        if (part != Part.SERVER) {
            fleet.awaitDead(victim);
            Patience.pause(ProcessFaults.pause(random, 0, 800));
            fleet.node(victim).start();
        }
        Duration writable = load.awaitAcknowledgedAfter(moment, plan.goesOn());
        Patience.until(
                plan.goesOn(),
                () -> "node " + victim + " serves again; " + fleet.standings(),
                () -> fleet.status(victim).map(NodeStatus::serves).orElse(false));
        Duration served = Duration.ofNanos(System.nanoTime() - moment);
        boolean defining = definitions.wasDefining(moment);
        aimed += defining ? 1 : 0;
        String who = (leads ? "leader, " : "follower, ") + part.name().toLowerCase(Locale.ROOT);
        List<String> all = fleet.node(victim).lastLines(Integer.MAX_VALUE);
        Comeback comeback = Comeback.of(all.subList(before, all.size()));
        report.add(new ComebackReport.Instant(who, defining, List.of(comeback), writable, served));
        say(
                "kill %d: node %d, %s%s; writable after %d ms, served after %d ms, %s"
                        .formatted(
                                kills,
                                victim,
                                who,
                                defining ? ", in DDL" : "",
                                writable.toMillis(),
                                served.toMillis(),
                                comeback.words()));
    }

    private List<String> judge(Fleet fleet, Load load, DefinitionLoad definitions) {
        try (Turnstile.Pause _ = load.pause();
                Turnstile.Pause _ = definitions.pause()) {
            List<Integer> all = fleet.numbers().boxed().toList();
            List<String> complaints = new ArrayList<>();
            complaints.addAll(Verdict.of(fleet, load.history(), all, LEVEL).complaints());
            complaints.addAll(definitions.complaints(fleet));
            say("all level" + (complaints.isEmpty() ? ", and equal" : ""));
            return complaints;
        }
    }

    private void say(String what) {
        LocalTime now = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        out.println(now + " " + what);
        out.flush();
    }
}
