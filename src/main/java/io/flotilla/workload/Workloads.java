package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.History;
import io.flotilla.bench.Load;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All workloads of one campaign. Driven by one thread.
///
/// A [Load] is always among them: when neither of its parts was asked for, a single client that inserts, by which it is
/// seen whether writes go on.
public final class Workloads {
    /// Part of every campaign when `set` is not.
    private static final String PULSE = "pulse";

    private static final Duration WRITE_PACE = Duration.ofMillis(15);
    private static final Duration READ_PACE = Duration.ofMillis(50);

    private final List<Kind> kinds;
    private final Load load;
    private final Map<Kind, Workload> others;
    private final Clients clients = new Clients();

    private Workloads(List<Kind> kinds, Load load, Map<Kind, Workload> others) {
        this.kinds = kinds;
        this.load = load;
        this.others = others;
    }

    /// Makes what they need and sets all clients to work.
    ///
    /// @param client with more patience than any of them needs
    public static Workloads start(Fleet fleet, FleetClient client, List<Kind> kinds, long seed) {
        Map<Kind, Workload> others = new LinkedHashMap<>();
        List<Kind> more =
                kinds.stream().filter(kind -> kind != Kind.SET && kind != Kind.REGISTER).toList();
        if (!more.isEmpty()) {
            Doors doors = Doors.of(fleet, client);
            for (Kind kind : more) {
                others.put(kind, made(kind, doors, seed ^ kind.word().hashCode()));
            }
        }
        others.values().forEach(Workload::prepare);
        Load load = Load.start(fleet.http(), client, plan(kinds), seed);
        Workloads all = new Workloads(List.copyOf(kinds), load, others);
        others.values().forEach(each -> each.start(all.clients));
        return all;
    }

    private static Workload made(Kind kind, Doors doors, long seed) {
        return switch (kind) {
            case SET, REGISTER -> throw new IllegalArgumentException(kind + " is part of the load");
            case APPEND -> new AppendWorkload(doors, seed);
            case BANK -> new BankWorkload(doors, seed);
            case SESSION -> new SessionWorkload(doors, seed);
            case EXACTLY_ONCE -> new ExactlyOnceWorkload(doors, seed);
            case DDL -> new DefinitionWorkload(doors, seed);
            case LARGE -> new LargeWorkload(doors, seed);
            case CANCEL -> new CancelWorkload(doors, seed);
        };
    }

    private static LoadPlan plan(List<Kind> kinds) {
        boolean set = kinds.contains(Kind.SET);
        boolean register = kinds.contains(Kind.REGISTER);
        return new LoadPlan(
                set ? 2 : 0,
                set ? 2 : 1,
                register ? 2 : 0,
                register ? 1 : 0,
                set || register ? 1 : 0,
                WRITE_PACE,
                READ_PACE);
    }

    /// Waits until a write that began after this moment was acknowledged.
    ///
    /// @return the time from the moment to the acknowledgement
    public Duration awaitAcknowledgedAfter(long moment, Duration patience) {
        return load.awaitAcknowledgedAfter(moment, patience);
    }

    /// The longest time without an acknowledged write of the load between two moments.
    public Duration longestSilence(long from, long to) {
        return load.history().longestSilence(from, to);
    }

    /// Lets every request under way end, and no new one begin.
    public void stop() {
        clients.askToStop();
        load.stop();
        clients.stop();
        others.values().forEach(Workload::stop);
    }

    /// One line about the load.
    public String summary() {
        return load.history().summary();
    }

    /// Waits until all nodes are level, and has each workload judged; after the stop.
    public List<Judgement> judge(Fleet fleet, Duration levelling) {
        List<Integer> all = fleet.numbers().boxed().toList();
        Verdict verdict = Verdict.of(fleet, load.history(), all, levelling);
        List<Judgement> judgements = new ArrayList<>();
        judgements.add(
                Judgement.of(
                        kinds.contains(Kind.SET) ? Kind.SET.word() : PULSE,
                        totals(Verdict.Part.TOKENS),
                        verdict.complaints(Verdict.Part.TOKENS)));
        if (kinds.contains(Kind.REGISTER)) {
            judgements.add(
                    Judgement.of(
                            Kind.REGISTER.word(),
                            totals(Verdict.Part.REGISTERS),
                            verdict.complaints(Verdict.Part.REGISTERS)));
        }
        others.forEach((kind, each) ->
                judgements.add(
                        Judgement.of(kind.word(), each.counts().totals(), each.complaints(fleet))));
        return judgements;
    }

    private Counts.Totals totals(Verdict.Part part) {
        Counts counts = new Counts();
        load.history()
                .writes()
                .filter(write ->
                        (write instanceof History.TokenWrite) == (part == Verdict.Part.TOKENS))
                .forEach(write -> counts.add(write.outcome()));
        return counts.totals();
    }
}
