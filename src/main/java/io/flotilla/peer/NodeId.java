package io.flotilla.peer;

import org.jspecify.annotations.Nullable;

/// The number of a node in its fleet, 1 to [#MAX]; never reused for another machine's data.
public record NodeId(int number) implements Comparable<NodeId> {
    /// Server ids of followers are 4,000,000,000 plus this number, which leaves room for no more.
    public static final int MAX = 65_535;

    public NodeId {
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException(
                    "node id must be between 1 and " + MAX + ": " + number);
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return Integer.compare(number, other.number);
    }

    // As a record's own, which the JVM would put together at the first call: 15 ms of a node's
    // first lines.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NodeId(int theirs) && theirs == number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
