package io.flotilla.workload;

import io.flotilla.workload.AppendTransaction.View;
import io.flotilla.workload.Dependencies.Edge;
import io.flotilla.workload.Dependencies.Why;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The circles of dependencies that snapshot isolation excludes, by their names: G0, G1c, G-single (one read of the past),
/// G-nonadjacent (several, none behind the other); with sessions, and with time for those that are promised to see it.
final class Circles {
    private final List<AppendTransaction> transactions;
    private final Dependencies graph = new Dependencies();
    private final Map<AppendTransaction, Integer> numbers = new HashMap<>();

    private Circles(List<AppendTransaction> transactions) {
        this.transactions = transactions;
        transactions.forEach(each -> numbers.put(each, graph.addNode()));
    }

    /// @param transactions that happened
    /// @param orders the values of each list
    /// @param writers by value
    /// @param reads of each transaction whose reads count
    /// @return at most one: the simplest circle
    static List<String> complaints(
            List<AppendTransaction> transactions,
            Map<Long, List<Long>> orders,
            Map<Long, AppendTransaction> writers,
            Map<AppendTransaction, Map<Long, List<Long>>> reads) {
        Circles circles = new Circles(transactions);
        orders.forEach((_, list) -> {
            for (int i = 1; i < list.size(); i++) {
                circles.add(writers.get(list.get(i - 1)), writers.get(list.get(i)), Why.WW);
            }
        });
        reads.forEach((reader, lists) ->
                lists.forEach((key, list) -> {
                    if (!list.isEmpty()) {
                        circles.add(writers.get(list.getLast()), reader, Why.WR);
                    }
                    List<Long> order = orders.getOrDefault(key, List.of());
                    if (list.size() < order.size()) {
                        circles.add(reader, writers.get(order.get(list.size())), Why.RW);
                    }
                }));
        circles.addSessions();
        circles.addTime();
        return circles.judge();
    }

    private void add(
            @Nullable AppendTransaction before, @Nullable AppendTransaction after, Why why) {
        if (before != null && after != null) {
            graph.add(number(before), number(after), why);
        }
    }

    private int number(AppendTransaction transaction) {
        return Objects.requireNonNull(numbers.get(transaction));
    }

    private void addSessions() {
        Map<String, AppendTransaction> last = new HashMap<>();
        transactions.stream()
                .filter(each -> each.session().isPresent())
                .sorted(Comparator.comparingInt(AppendTransaction::number))
                .forEach(each ->
                        Optional.ofNullable(last.put(each.session().orElseThrow(), each))
                                .ifPresent(before -> add(before, each, Why.SESSION)));
    }

    /// A chain of moments stands between those that had ended and those that began later: one edge each instead of one for
    /// every pair.
    private void addTime() {
        List<AppendTransaction> ended =
                transactions.stream()
                        .filter(each -> each.outcome().acknowledged())
                        .sorted((a, b) -> Long.signum(a.span().ended() - b.span().ended()))
                        .toList();
        List<Integer> moments = new ArrayList<>();
        for (AppendTransaction each : ended) {
            int moment = graph.addNode();
            graph.add(number(each), moment, Why.TIME);
            if (!moments.isEmpty()) {
                graph.add(moments.getLast(), moment, Why.TIME);
            }
            moments.add(moment);
        }
        for (AppendTransaction each : transactions) {
            if (each.view() == View.LINEARIZABLE || each.appends()) {
                int before = endedBefore(ended, each.span().began());
                if (before > 0) {
                    graph.add(moments.get(before - 1), number(each), Why.TIME);
                }
            }
        }
    }

    private static int endedBefore(List<AppendTransaction> ended, long moment) {
        int low = 0;
        int high = ended.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ended.get(middle).span().ended() - moment < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private List<String> judge() {
        return circle(EnumSet.of(Why.WW))
                .or(() -> circle(EnumSet.of(Why.WW, Why.WR)))
                .or(() -> circle(EnumSet.of(Why.WW, Why.WR, Why.RW)))
                .or(() -> circle(EnumSet.allOf(Why.class)))
                .map(List::of)
                .orElse(List.of());
    }

    private Optional<String> circle(Set<Why> reasons) {
        return graph.circle(reasons).map(this::told);
    }

    private String told(List<Edge> circle) {
        StringBuilder text = new StringBuilder("CIRCLE (" + name(circle) + ")");
        for (Edge edge : circle) {
            if (edge.from() < transactions.size()) {
                text.append("\n    ").append(transactions.get(edge.from()));
            }
            if (edge.to() < transactions.size()) {
                text.append("\n      then, by ").append(edge.why());
            }
        }
        return text.toString();
    }

    private static String name(List<Edge> circle) {
        long past = circle.stream().filter(edge -> edge.why() == Why.RW).count();
        boolean reads = circle.stream().anyMatch(edge -> edge.why() == Why.WR);
        String name = past > 1 ? "G-nonadjacent" : past == 1 ? "G-single" : reads ? "G1c" : "G0";
        boolean session = circle.stream().anyMatch(edge -> edge.why() == Why.SESSION);
        boolean time = circle.stream().anyMatch(edge -> edge.why() == Why.TIME);
        return name + (session ? ", session" : "") + (time ? ", time" : "");
    }
}
