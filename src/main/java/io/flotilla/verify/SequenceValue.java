package io.flotilla.verify;

import io.flotilla.peer.NodeId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a sequence is.
///
/// Sequences are not rolled back: a leader is ahead of its followers by values that transactions under way have taken,
/// and a former leader may stay ahead by those of transactions that came to nothing. That only leaves a gap. One that is
/// behind would hand out values again.
///
/// @param next the next value that no cache holds
/// @param increment its step
/// @param cycles how often it began anew
record SequenceValue(long next, long increment, long cycles) {
    boolean aheadOf(SequenceValue other) {
        if (cycles != other.cycles) {
            return cycles > other.cycles;
        }
        return increment < 0 ? next < other.next : next > other.next;
    }

    /// Those that say something: of nodes that have what a majority has, or less. Nothing without such a majority.
    static SortedMap<NodeId, SequenceValue> comparable(
            Map<NodeId, SequenceValue> values, int members) {
        SortedMap<NodeId, SequenceValue> comparable = new TreeMap<>();
        for (SequenceValue agreed : List.copyOf(values.values())) {
            long nodes = values.values().stream().filter(agreed::equals).count();
            if (nodes > members / 2) {
                comparable.putAll(values);
                comparable.values().removeIf(value -> value.aheadOf(agreed));
            }
        }
        return comparable;
    }

    String text() {
        return next + "/" + increment + "/" + cycles;
    }
}
