package io.flotilla.sql;

import java.util.stream.Stream;

/// What a statement may leave behind in its session, and whether it may see what another has left there, as far as its
/// text tells. What routines, triggers and views do is not in it: see docs/adr/0023.
public enum Footprint {
    /// Counts, warnings, the last automatic id: what only statements see that name them, and this one does not.
    TRACES,
    /// Anything but a lock; and it may see what is there.
    STATE,
    /// Anything, among it a lock that others may wait for.
    LOCKS;

    /// Of all of them together.
    static Footprint all(Stream<Footprint> each) {
        return each.reduce(TRACES, Footprint::and);
    }

    Footprint and(Footprint other) {
        return compareTo(other) < 0 ? other : this;
    }
}
