package io.flotilla.chaos;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.Patience;
import io.flotilla.workload.Judgement;
import io.flotilla.workload.Kind;
import io.flotilla.workload.Workloads;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Faults, one after the other and in pairs, on one fleet under one load; in the end the judgement.
///
/// After each fault is healed a write that began afterwards must be acknowledged within the plan's patience, if the fleet
/// was whole when the fault struck. One that is hit while a node is still away may have no server left that is proved, and
/// has more time; so about half of the faults wait until it is whole. A request without an answer is `unknown`, never `failed`.
public final class Campaign {
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration LEVEL = Duration.ofMinutes(4);

    /// So many times the plan's patience has a fleet that was hit while it was not whole: every server may have to be rebuilt.
    private static final int HIT_AGAIN = 6;

    /// A fault that waits for the fleet to be whole comes after this time all the same: nodes may be long in being rebuilt.
    private static final Duration UNTIL_WHOLE = Duration.ofSeconds(45);

    private final Fleet fleet;
    private final Ground ground;
    private final Plan plan;
    private final PrintStream out;
    private final RandomGenerator random;
    private final CampaignReport report = new CampaignReport();
    private List<Judgement> judgements = List.of();
    private boolean clean;

    /// @param seed of the schedule and of the load
    /// @param length how long faults go on
    /// @param faults the kinds that are drawn from
    /// @param goesOn how long after the end of a fault writes of a fleet that was whole may stand still
    public record Plan(
            long seed,
            Duration length,
            List<String> faults,
            List<Kind> workloads,
            Duration goesOn) {
        public Plan {
            faults = List.copyOf(faults);
            faults.forEach(Fault::of);
            workloads = List.copyOf(workloads);
        }

        /// Every kind of fault there is.
        public static List<String> allFaults() {
            return Fault.all().stream().map(Fault::word).toList();
        }
    }

    public Campaign(Fleet fleet, Ground ground, Plan plan, PrintStream out) {
        this.fleet = fleet;
        this.ground = ground;
        this.plan = plan;
        this.out = out;
        this.random = new SplittableRandom(plan.seed());
    }

    /// @return what is wrong in the end: empty when every check is content
    public List<String> run() {
        List<String> complaints = new ArrayList<>();
        say(ground.network());
        List<Fault> kinds = possible();
        if (kinds.isEmpty()) {
            return complaints;
        }
        try (FleetClient client = new FleetClient(CLIENT_PATIENCE)) {
            Workloads load = Workloads.start(fleet, client, plan.workloads(), plan.seed());
            Arena arena = new Arena(fleet, ground, client, load, random, this::say);
            try {
                hurt(arena, load, kinds);
            } catch (Patience.OverdueException e) {
                fleet.askForThreads();
                complaints.add("STANDS STILL " + e.getMessage());
            } finally {
                ground.wires().mendAll();
                load.stop();
            }
            complaints.addAll(judge(load, complaints));
            complaints.addAll(arena.complaints());
            out.print(report.table());
            arena.counts().forEach((what, times) -> out.println(times + " x " + what));
            out.print(skipped());
            out.println(load.summary());
        }
        clean = complaints.isEmpty();
        return complaints;
    }

    /// What it was in figures; after it has run.
    public CampaignSummary summary() {
        return CampaignSummary.of(plan, fleet, judgements, report.kinds(), clean);
    }

    /// Those of the plan's faults that this machine allows.
    private List<Fault> possible() {
        out.print(skipped());
        return kinds().filter(fault -> ground.obstacle(fault).isEmpty())
                .collect(Collectors.toList());
    }

    private String skipped() {
        return kinds().flatMap(fault ->
                        ground
                                .obstacle(fault)
                                .map(why -> "SKIPPED %s: %s%n".formatted(fault.word(), why))
                                .stream())
                .collect(Collectors.joining());
    }

    private Stream<Fault> kinds() {
        return plan.faults().stream().map(Fault::of);
    }

    private void hurt(Arena arena, Workloads load, List<Fault> kinds) {
        long end = System.nanoTime() + plan.length().toNanos();
        while (System.nanoTime() - end < 0) {
            // Each kind comes in turn, in an order drawn anew: a short campaign meets them all.
            Collections.shuffle(kinds, java.util.Random.from(random));
            for (int i = 0; i < kinds.size() && System.nanoTime() - end < 0; i++) {
                Patience.pause(ProcessFaults.pause(arena, 200, 1500));
                if (random.nextBoolean() && !Patience.within(UNTIL_WHOLE, fleet::whole)) {
                    say("a node is still away after " + UNTIL_WHOLE.toSeconds() + " s");
                }
                boolean pair = random.nextInt(3) == 0 && i + 1 < kinds.size();
                round(
                        arena,
                        load,
                        pair ? List.of(kinds.get(i), kinds.get(++i)) : List.of(kinds.get(i)));
            }
        }
    }

    private void round(Arena arena, Workloads load, List<Fault> faults) {
        boolean whole = fleet.whole();
        long began = System.nanoTime();
        List<Struck> struck = new ArrayList<>();
        List<Struck> last = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (Fault fault : faults) {
            fault.strike(arena)
                    .ifPresent(done -> {
                        (fault.endsLast() ? last : struck).add(done);
                        words.add(fault.word());
                        say(
                                "%s: %s, for %d ms"
                                        .formatted(
                                                fault.word(),
                                                done.what(),
                                                done.lasts().toMillis()));
                    });
            if (faults.size() > 1) {
                Patience.pause(ProcessFaults.pause(arena, 0, 800));
            }
        }
        struck.addAll(last);
        if (struck.isEmpty()) {
            return;
        }
        struck.forEach(done -> {
            Patience.pause(done.lasts());
            done.heal().run();
        });
        long healed = System.nanoTime();
        Duration patience = whole ? plan.goesOn() : plan.goesOn().multipliedBy(HIT_AGAIN);
        Duration after = load.awaitAcknowledgedAfter(healed, patience);
        Duration silence = load.longestSilence(began, System.nanoTime());
        say(
                "healed; a write acknowledged after %d ms%s"
                        .formatted(
                                after.toMillis(), whole ? "" : "; a node was still away before"));
        report.add(String.join(" + ", words), faults.size() > 1, whole, silence, after);
    }

    private List<String> judge(Workloads load, List<String> before) {
        try {
            judgements = load.judge(fleet, LEVEL);
            out.print(Judgement.table(judgements));
            return judgements.stream()
                    .flatMap(each ->
                            each.complaints().stream().map(text -> each.workload() + ": " + text))
                    .toList();
        } catch (Patience.OverdueException e) {
            return before.isEmpty() ? List.of("NOT LEVEL " + e.getMessage()) : List.of();
        }
    }

    private void say(String what) {
        LocalTime now = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        out.println(now + " " + what);
        out.flush();
    }
}
