package io.flotilla.workload;

import io.flotilla.workload.AppendTransaction.Append;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Histories of appends, in the manner of Elle (Kingsbury and Alvaro, VLDB 2020): since values are unique and lists show
/// all of them in order, reads tell which transaction came behind which.
///
/// Objects to appends that are lost, there twice or from nowhere, to reads of what was not applied (G1a) or not finished
/// (G1b), to lists of which one is not the beginning of the other, and to the circles that snapshot isolation excludes
/// ([Circles]). Write skew (G2) is allowed.
final class AppendCheck {
    private final List<String> complaints = new ArrayList<>();
    private final Map<Long, AppendTransaction> writers = new HashMap<>();

    /// Each list, as long as anybody has seen it.
    private final Map<Long, List<Long>> orders = new TreeMap<>();

    /// What each transaction that happened has read.
    private final Map<AppendTransaction, Map<Long, List<Long>>> reads = new HashMap<>();

    private AppendCheck() {}

    /// @param transactions among them one for each node that reads all lists in the end
    static List<String> complaints(List<AppendTransaction> transactions) {
        AppendCheck check = new AppendCheck();
        check.collect(transactions);
        check.judgeOrders();
        check.judgeReads();
        transactions.stream()
                .filter(transaction -> transaction.outcome().acknowledged())
                .forEach(check::judgeLost);
        if (check.complaints.isEmpty()) {
            // Only with orders that are right does a circle mean something.
            check.complaints.addAll(
                    Circles.complaints(
                            transactions.stream().filter(check::happened).toList(),
                            check.orders,
                            check.writers,
                            check.reads));
        }
        return check.complaints;
    }

    private void collect(List<AppendTransaction> transactions) {
        for (AppendTransaction transaction : transactions) {
            transaction.appended().forEach(append -> writers.put(append.value(), transaction));
            if (transaction.outcome().acknowledged()) {
                Map<Long, List<Long>> read = transaction.read(complaints);
                reads.put(transaction, read);
                read.forEach((key, list) ->
                        orders.merge(key, list, (a, b) -> a.size() >= b.size() ? a : b));
            }
        }
    }

    /// Whether it was acknowledged, or somebody saw what it has done.
    private boolean happened(AppendTransaction transaction) {
        return transaction.outcome().acknowledged()
                || transaction.appended().stream().anyMatch(this::seen);
    }

    private boolean seen(Append append) {
        return orders.getOrDefault(append.key(), List.of()).contains(append.value());
    }

    private void judgeOrders() {
        orders.forEach((key, list) -> {
            Set<Long> seen = new HashSet<>();
            for (long value : list) {
                if (!seen.add(value)) {
                    complaints.add("list %d: TWICE, %d in %s".formatted(key, value, list));
                }
                judgeValue(key, value, list);
            }
        });
    }

    private void judgeValue(long key, long value, List<Long> list) {
        AppendTransaction writer = writers.get(value);
        if (writer == null || !writer.appended().contains(new Append(key, value))) {
            complaints.add("list %d: FROM NOWHERE, %d in %s".formatted(key, value, list));
        } else if (writer.outcome().notApplied()) {
            complaints.add(
                    "list %d: THERE though it was not applied (G1a), %d by %s"
                            .formatted(key, value, writer));
        }
    }

    private void judgeReads() {
        reads.forEach((reader, lists) ->
                lists.forEach((key, list) -> {
                    List<Long> order = orders.getOrDefault(key, List.of());
                    if (!order.subList(0, list.size()).equals(list)) {
                        complaints.add(
                                "list %d: NOT A BEGINNING of %s: %s".formatted(key, order, reader));
                        list.forEach(value -> judgeValue(key, value, list));
                    }
                    if (!list.isEmpty() && unfinished(key, list.getLast(), reader)) {
                        complaints.add("list %d: UNFINISHED (G1b): %s".formatted(key, reader));
                    }
                }));
    }

    private boolean unfinished(long key, long value, AppendTransaction reader) {
        AppendTransaction writer = writers.get(value);
        return writer != null
                && !writer.equals(reader)
                && !writer.lastValues().contains(value)
                && writer.appended().contains(new Append(key, value));
    }

    private void judgeLost(AppendTransaction transaction) {
        for (Append append : transaction.appended()) {
            if (!seen(append)) {
                complaints.add(
                        "list %d: LOST, %d by %s"
                                .formatted(append.key(), append.value(), transaction));
            }
        }
    }
}
