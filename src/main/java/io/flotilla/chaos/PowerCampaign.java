package io.flotilla.chaos;

import io.flotilla.bench.AccountLoad;
import io.flotilla.bench.DefinitionLoad;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.Load;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.Patience;
import io.flotilla.bench.Turnstile;
import io.flotilla.bench.Verdict;
import io.flotilla.chaos.PowerDisk.Cut;
import io.flotilla.chaos.PowerDisk.Mode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Power cuts, one after the other, on one fleet whose nodes have a [PowerDisk] each, under rows, definitions, accounts and
/// large transactions. What was answered is kept outside of the disks.
///
/// At each instant one node, two or all three lose their power together, with whatever their disks' caches held; their
/// processes are killed, and the nodes are started on what is left. Nobody helps. After each, all must be level and equal
/// and hold every acknowledged write exactly once.
public final class PowerCampaign {
    private static final int NODES = 3;
    private static final int LOG_LINES = 200;
    private static final List<Mode> MODES = List.of(Mode.values());
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration LEVEL = Duration.ofMinutes(4);
    private static final Duration DEFINITION = Duration.ofSeconds(5);
    private static final int DEFINERS = 2;
    private static final Duration DEFINING_PACE = Duration.ofMillis(30);
    private static final Duration ACCOUNTS_PACE = Duration.ofMillis(100);

    private final Plan plan;
    private final PrintStream out;
    private final RandomGenerator random;
    private final ComebackReport report = new ComebackReport("cut");
    private int count;

    /// @param seed of the schedule, of what survives in random mode, and of the load
    /// @param length how long cuts go on
    /// @param goesOn how long the fleet may take until a write succeeds again
    /// @param diskBytes of each node's disk; sparse
    public record Plan(long seed, Duration length, Duration goesOn, long diskBytes) {
        public static final long DEFAULT_DISK_BYTES = 3L << 30;
    }

    public PowerCampaign(Plan plan, PrintStream out) {
        this.plan = plan;
        this.out = out;
        this.random = new SplittableRandom(plan.seed());
    }

    /// Why it cannot run on this machine; empty when it can.
    public static Optional<String> obstacle() {
        return PowerDisk.obstacle();
    }

    /// @param setup of the fleet; its nodes' directories become mount points
    /// @param place an empty directory for the disks, not within the fleet's
    /// @return what is wrong, with the nodes' logs: empty when every check is content
    public List<String> run(FleetSetup setup, Path place) throws IOException {
        try (PowerDisks disks =
                        PowerDisks.create(NODES, setup.directory(), place, plan.diskBytes(), true);
                Fleet fleet = Fleet.start(setup);
                FleetClient client = new FleetClient(CLIENT_PATIENCE)) {
            List<String> complaints = run(fleet, disks, client);
            out.print(report.table());
            if (complaints.isEmpty()) {
                fleet.stop();
            } else {
                out.println(fleet.logs(LOG_LINES));
            }
            return complaints;
        }
    }

    private List<String> run(Fleet fleet, PowerDisks disks, FleetClient client) {
        Load load = Load.start(fleet.http(), client, LoadPlan.light(), plan.seed());
        DefinitionLoad definitions =
                DefinitionLoad.start(fleet.http(), client, DEFINERS, DEFINING_PACE, plan.seed());
        AccountLoad accounts = AccountLoad.start(fleet.http(), client, ACCOUNTS_PACE, plan.seed());
        List<String> complaints = new ArrayList<>();
        long end = System.nanoTime() + plan.length().toNanos();
        try {
            while (complaints.isEmpty() && System.nanoTime() - end < 0) {
                complaints.addAll(instant(fleet, disks, load, definitions, accounts));
            }
        } catch (Patience.OverdueException e) {
            fleet.askForThreads();
            complaints.add("STANDS STILL " + e.getMessage());
        } finally {
            accounts.stop();
            definitions.stop();
            load.stop();
        }
        out.println(
                "%s; %s; %s"
                        .formatted(
                                load.history().summary(),
                                definitions.summary(),
                                accounts.summary()));
        return complaints;
    }

    private List<String> instant(
            Fleet fleet,
            PowerDisks disks,
            Load load,
            DefinitionLoad definitions,
            AccountLoad accounts) {
        int size = NODES - count % NODES;
        count++;
        Patience.pause(ProcessFaults.pause(random, 200, 1500));
        List<Integer> victims = victims(fleet, size);
        long moment = cut(fleet, disks, victims, definitions);
        if (size < NODES && random.nextBoolean()) {
            // The others go on, or stop, for a while.
            Patience.pause(ProcessFaults.pause(random, 0, 1500));
        }
        victims.forEach(fleet::awaitDead);
        long dead = System.nanoTime();
        disks.revive(victims, random);
        victims.forEach(node -> fleet.node(node).startedBy(disks.newBoot(node)));
        long started = System.nanoTime();
        restart(fleet, victims);
        Duration writable = load.awaitAcknowledgedAfter(started, plan.goesOn());
        List<String> complaints = judge(fleet, load, definitions, accounts, moment, dead);
        Duration level = Duration.ofNanos(System.nanoTime() - started);
        boolean defining = definitions.wasDefining(moment);
        List<Comeback> comebacks = victims.stream().map(node -> comeback(fleet, node)).toList();
        report.add(
                new ComebackReport.Instant(size + " of 3", defining, comebacks, writable, level));
        say(
                "%s; writable after %d ms, level and checked after %d ms%s"
                        .formatted(
                                comebacks.stream()
                                        .map(Comeback::words)
                                        .collect(Collectors.joining(", ")),
                                writable.toMillis(),
                                level.toMillis(),
                                defining ? ", in DDL" : ""));
        return complaints;
    }

    /// In two of three cases while a definition is under way; else while none is.
    ///
    /// @return the instant
    private long cut(
            Fleet fleet, PowerDisks disks, List<Integer> victims, DefinitionLoad definitions) {
        boolean defining = random.nextInt(3) > 0;
        Map<Integer, Mode> modes = new TreeMap<>();
        victims.forEach(node -> modes.put(node, MODES.get(random.nextInt(MODES.size()))));
        Duration into = ProcessFaults.pause(random, 0, defining ? 12 : 400);
        String standing = fleet.leaderNow().map(leader -> "leader " + leader).orElse("no leader");
        try (Turnstile.Pause _ = defining ? () -> {} : definitions.pause()) {
            if (defining) {
                Patience.until(DEFINITION, () -> "a definition", definitions::defining);
            }
            Patience.pause(into);
            Map<Integer, Cut> cuts = disks.blackout(modes, random.nextLong());
            fleet.killWhatRuns(victims);
            say("instant %d (%s): %s".formatted(count, standing, told(cuts)));
            return cuts.values().stream().mapToLong(Cut::moment).min().orElseThrow();
        }
    }

    private Comeback comeback(Fleet fleet, int node) {
        List<String> said = fleet.node(node).saidSinceStart();
        Comeback.reasons(said).forEach(line -> say("  node " + node + ": " + line));
        return Comeback.of(said);
    }

    /// The leader among them in two of three cases.
    private List<Integer> victims(Fleet fleet, int size) {
        List<Integer> nodes = new ArrayList<>(fleet.numbers().boxed().toList());
        Collections.shuffle(nodes, Random.from(random));
        Optional<Integer> leader = fleet.leaderNow();
        if (leader.isPresent() && random.nextInt(3) > 0) {
            nodes.removeIf(leader.get()::equals);
            nodes.addFirst(leader.get());
        }
        return nodes.subList(0, size);
    }

    private void restart(Fleet fleet, List<Integer> victims) {
        List<Integer> order = new ArrayList<>(victims);
        Collections.shuffle(order, Random.from(random));
        for (int node : order) {
            fleet.node(node).start();
            Patience.pause(ProcessFaults.pause(random, 0, 500));
        }
    }

    private static List<String> judge(
            Fleet fleet,
            Load load,
            DefinitionLoad definitions,
            AccountLoad accounts,
            long cut,
            long dead) {
        try (Turnstile.Pause _ = load.pause();
                Turnstile.Pause _ = definitions.pause();
                Turnstile.Pause _ = accounts.pause()) {
            definitions.excuse(cut, dead);
            List<Integer> all = fleet.numbers().boxed().toList();
            List<String> complaints = new ArrayList<>();
            complaints.addAll(Verdict.of(fleet, load.history(), all, LEVEL).complaints());
            complaints.addAll(definitions.complaints(fleet));
            complaints.addAll(accounts.complaints(fleet));
            return complaints;
        }
    }

    private static String told(Map<Integer, Cut> cuts) {
        return cuts.entrySet().stream()
                .map(each ->
                        "node %d %s, %d of %d pieces lost"
                                .formatted(
                                        each.getKey(),
                                        each.getValue().mode().word(),
                                        each.getValue().lost(),
                                        each.getValue().pieces()))
                .collect(Collectors.joining("; "));
    }

    private void say(String what) {
        out.println(what);
        out.flush();
    }
}
