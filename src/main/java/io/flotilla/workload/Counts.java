package io.flotilla.workload;

import io.flotilla.bench.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How operations ended. Thread-safe.
final class Counts {
    /// So many different reasons are told apart.
    private static final int MOST_REASONS = 200;

    private static final int LONGEST = 160;
    private static final int TOLD = 3;

    private final LongAdder ok = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder unknown = new LongAdder();

    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

    void add(Outcome outcome) {
        switch (outcome) {
            case Outcome.Acknowledged _ -> ok.increment();
            case Outcome.NotApplied(String why) -> {
                failed.increment();
                addReason("failed: " + why);
            }
            case Outcome.Unknown(String why) -> {
                unknown.increment();
                addReason("unknown: " + why);
            }
        }
    }

    private void addReason(String why) {
        String oneLine = why.replaceAll("\\s+", " ").replaceAll("[0-9a-f-]*\\d[0-9a-f-]*", "N");
        String shortened = oneLine.length() <= LONGEST ? oneLine : oneLine.substring(0, LONGEST);
        if (reasons.size() < MOST_REASONS || reasons.containsKey(shortened)) {
            reasons.computeIfAbsent(shortened, _ -> new LongAdder()).increment();
        }
    }

    void addRead() {
        ok.increment();
    }

    /// One without an answer failed: it changes nothing.
    void addFailedRead(String why) {
        failed.increment();
        addReason("failed read: " + why);
    }

    void addRead(boolean answered, String how) {
        if (answered) {
            addRead();
        } else {
            addFailedRead(how);
        }
    }

    Totals totals() {
        List<String> often =
                reasons.entrySet().stream()
                        .sorted((a, b) -> Long.compare(b.getValue().sum(), a.getValue().sum()))
                        .limit(TOLD)
                        .map(each -> each.getValue().sum() + " " + each.getKey())
                        .toList();
        return new Totals(ok.sum(), failed.sum(), unknown.sum(), often);
    }

    /// @param ok acknowledged, or answered
    /// @param failed did not happen
    /// @param unknown may have happened
    /// @param reasons why so, with how often: the most frequent
    record Totals(long ok, long failed, long unknown, List<String> reasons) {}
}
