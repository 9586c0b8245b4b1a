package io.flotilla.chaos;

import io.flotilla.bench.Fleet;
import io.flotilla.workload.Judgement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One campaign in figures, for a [ReportFile].
///
/// @param length how long faults went on
/// @param operations of all workloads, however they ended
/// @param unknown how many of them have no answer
/// @param elections how often a node began to lead, handovers included, as the nodes' logs tell
/// @param rebuilds how often a node took another's data, its base or the log to rebuild its server
/// @param kinds by the name of the fault; pairs together
/// @param clean whether every checker was content
public record CampaignSummary(
        long seed,
        Duration length,
        long operations,
        long unknown,
        long elections,
        long rebuilds,
        Map<String, FaultTimes> kinds,
        boolean clean) {
    private static final String ELECTED = "→ PROMOTING";

    public CampaignSummary {
        kinds = new TreeMap<>(kinds);
    }

    static CampaignSummary of(
            Campaign.Plan plan,
            Fleet fleet,
            List<Judgement> judgements,
            Map<String, FaultTimes> kinds,
            boolean clean) {
        List<String> said =
                fleet.numbers()
                        .boxed()
                        .flatMap(node -> fleet.node(node).lastLines(Integer.MAX_VALUE).stream())
                        .toList();
        return new CampaignSummary(
                plan.seed(),
                plan.length(),
                judgements.stream()
                        .mapToLong(each -> each.ok() + each.failed() + each.unknown())
                        .sum(),
                judgements.stream().mapToLong(Judgement::unknown).sum(),
                said.stream().filter(line -> line.contains(ELECTED)).count(),
                said.stream().filter(Comeback::tellsOfRebuild).count(),
                kinds,
                clean);
    }

    int faults() {
        return kinds.values().stream().mapToInt(FaultTimes::count).sum();
    }

    Duration silence() {
        return kinds.values().stream()
                .map(FaultTimes::silence)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
