package io.flotilla.bench;

import io.flotilla.bench.History.TokenRead;
import io.flotilla.bench.History.TokenWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Rows that are inserted once and never changed: none lost, none twice, none that was said not to be, none from
/// nowhere; and once a row could be seen, every later linearizable read shows it.
final class TokenCheck {
    private final NavigableMap<Long, TokenWrite> attempts = new TreeMap<>();
    private final String table;

    TokenCheck(String table, List<TokenWrite> writes) {
        this.table = table;
        for (TokenWrite write : writes) {
            if (write.table().equals(table)) {
                attempts.put(write.token(), write);
            }
        }
    }

    /// What is wrong with the rows a node holds in the end.
    List<String> finalRows(int node, List<Long> tokens) {
        List<String> complaints = new ArrayList<>();
        Map<Long, Integer> counts = countsOf(tokens);
        String place = table + " at node " + node;
        counts.forEach((token, count) -> complainOfPresent(token, count, place, complaints));
        for (TokenWrite write : attempts.values()) {
            if (write.outcome().acknowledged() && !counts.containsKey(write.token())) {
                complaints.add(place + ": LOST acknowledged " + write);
            }
        }
        return complaints;
    }

    /// What is wrong with the linearizable reads.
    List<String> reads(List<TokenRead> allReads) {
        List<TokenRead> reads =
                allReads.stream().filter(read -> read.table().equals(table)).toList();
        List<String> complaints = new ArrayList<>();
        NavigableMap<Long, Long> visibleSince = visibleSince(reads);
        for (TokenRead read : reads) {
            Map<Long, Integer> counts = countsOf(read.tokens());
            String place = table + " read at node " + read.node();
            counts.forEach((token, count) -> complainOfPresent(token, count, place, complaints));
            visibleSince
                    .subMap(read.low(), false, read.high(), false)
                    .forEach((token, since) -> {
                        if (since - read.span().began() < 0 && !counts.containsKey(token)) {
                            complaints.add(
                                    "%s: STALE, token %d was there since %d and is not in the read %s"
                                            .formatted(place, token, since, read));
                        }
                    });
        }
        return complaints;
    }

    /// When each token was first certain to be there: acknowledged, or seen by a read that has ended.
    private NavigableMap<Long, Long> visibleSince(List<TokenRead> reads) {
        NavigableMap<Long, Long> since = new TreeMap<>();
        for (TokenWrite write : attempts.values()) {
            if (write.outcome().acknowledged()) {
                since.put(write.token(), write.span().ended());
            }
        }
        for (TokenRead read : reads) {
            for (long token : read.tokens()) {
                since.merge(token, read.span().ended(), (a, b) -> a - b < 0 ? a : b);
            }
        }
        return since;
    }

    private void complainOfPresent(long token, int count, String place, List<String> complaints) {
        TokenWrite write = attempts.get(token);
        if (write == null) {
            // A write still under way when the history was cut has no entry: loads are stopped
            // before they are checked.
            complaints.add(place + ": FROM NOWHERE, token " + token);
        } else if (write.outcome().notApplied()) {
            complaints.add(place + ": THERE though it was said not to be applied: " + write);
        }
        if (count > 1) {
            complaints.add("%s: %d TIMES token %d, %s".formatted(place, count, token, write));
        }
    }

    private static Map<Long, Integer> countsOf(List<Long> tokens) {
        Map<Long, Integer> counts = new HashMap<>();
        tokens.forEach(token -> counts.merge(token, 1, Integer::sum));
        return counts;
    }
}
