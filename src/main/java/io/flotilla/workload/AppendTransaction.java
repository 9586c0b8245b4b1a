package io.flotilla.workload;

import io.flotilla.bench.History.Span;
import io.flotilla.bench.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One transaction over lists to which unique values are appended.
///
/// @param number unique, for a person
/// @param session the connection it shares with those before and after it, if any
/// @param view what its reads are promised to see
/// @param steps in their order
record AppendTransaction(
        int number,
        Optional<String> session,
        View view,
        Span span,
        List<Step> steps,
        Outcome outcome) {
    AppendTransaction {
        steps = List.copyOf(steps);
    }

    /// What its reads may show.
    enum View {
        /// A transaction at the leader: when it appends, it sees whatever was acknowledged before it began.
        LEADER,
        /// Everything that was acknowledged anywhere before it began.
        LINEARIZABLE,
        /// A state the fleet had, possibly old.
        OLD
    }

    sealed interface Step {
        long key();
    }

    record Append(long key, long value) implements Step {}

    /// @param list the values as they stood there, joined by commas; empty for a list that was not there
    record Read(long key, String list) implements Step {
        List<Long> values() {
            List<Long> values = new ArrayList<>();
            if (!list.isEmpty()) {
                for (String value : list.split(",", -1)) {
                    values.add(Long.parseLong(value));
                }
            }
            return values;
        }
    }

    boolean appends() {
        return steps.stream().anyMatch(Append.class::isInstance);
    }

    List<Append> appended() {
        return steps.stream().filter(Append.class::isInstance).map(Append.class::cast).toList();
    }

    /// The lists that it read, without what it had itself appended: of each key the first read.
    ///
    /// @param complaints gets what does not fit together within the transaction
    Map<Long, List<Long>> read(List<String> complaints) {
        Map<Long, List<Long>> own = new LinkedHashMap<>();
        Map<Long, List<Long>> read = new LinkedHashMap<>();
        for (Step step : steps) {
            switch (step) {
                case Append(long key, long value) ->
                        own.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
                case Read each -> {
                    List<Long> tail = own.getOrDefault(each.key(), List.of());
                    List<Long> seen = each.values();
                    int others = seen.size() - tail.size();
                    if (others < 0 || !seen.subList(others, seen.size()).equals(tail)) {
                        complaints.add("OWN APPEND NOT SEEN: " + this);
                        continue;
                    }
                    List<Long> before = seen.subList(0, others);
                    List<Long> first = read.putIfAbsent(each.key(), before);
                    if (first != null && !first.equals(before)) {
                        complaints.add("READ TWICE, DIFFERENT: " + this);
                    }
                }
            }
        }
        return read;
    }

    /// The last value it appended to each list.
    Set<Long> lastValues() {
        Map<Long, Long> last = new LinkedHashMap<>();
        appended().forEach(append -> last.put(append.key(), append.value()));
        return new HashSet<>(last.values());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AppendTransaction that && that.number == number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("T" + number + "[");
        for (Step step : steps) {
            switch (step) {
                case Append(long key, long value) ->
                        text.append(" append ").append(key).append(' ').append(value);
                case Read(long key, String list) ->
                        text.append(" read ").append(key).append(" (").append(list).append(')');
            }
        }
        return text.append(" ] ")
                .append(view)
                .append(session.map(name -> " in " + name).orElse(""))
                .append(", ")
                .append(outcome)
                .append(", ")
                .append(span)
                .toString();
    }
}
