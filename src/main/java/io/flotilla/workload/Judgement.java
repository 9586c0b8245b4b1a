package io.flotilla.workload;

import java.util.ArrayList;
import java.util.List;

/// What became of one workload.
///
/// @param ok operations that were acknowledged, or answered
/// @param failed operations that did not happen
/// @param unknown operations without an answer, which may have happened
/// @param reasons why operations failed or are unknown, and how often: the most frequent
/// @param complaints what is wrong, the first only; empty when nothing is
public record Judgement(
        String workload,
        long ok,
        long failed,
        long unknown,
        List<String> reasons,
        List<String> complaints) {
    /// So many complaints say enough; a broken fleet has thousands.
    private static final int SHOWN = 15;

    public Judgement {
        if (complaints.size() > SHOWN) {
            List<String> shown = new ArrayList<>(complaints.subList(0, SHOWN));
            shown.add("... and " + (complaints.size() - SHOWN) + " more");
            complaints = shown;
        }
        complaints = List.copyOf(complaints);
        reasons = List.copyOf(reasons);
    }

    static Judgement of(String workload, Counts.Totals totals, List<String> complaints) {
        return new Judgement(
                workload,
                totals.ok(),
                totals.failed(),
                totals.unknown(),
                totals.reasons(),
                complaints);
    }

    /// For a person: one line each.
    public static String table(List<Judgement> all) {
        StringBuilder text = new StringBuilder();
        text.append(
                "%-16s %9s %9s %9s  %s%n"
                        .formatted("workload", "ok", "failed", "unknown", "verdict"));
        for (Judgement each : all) {
            text.append(
                    "%-16s %9d %9d %9d  %s%n"
                            .formatted(
                                    each.workload(),
                                    each.ok(),
                                    each.failed(),
                                    each.unknown(),
                                    each.complaints().isEmpty() ? "content" : "WRONG"));
        }
        for (Judgement each : all) {
            each.reasons()
                    .forEach(
                            reason -> text.append("  %s: %s%n".formatted(each.workload(), reason)));
        }
        return text.toString();
    }
}
