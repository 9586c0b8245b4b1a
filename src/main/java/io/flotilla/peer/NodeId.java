package io.flotilla.peer;

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

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
