package io.flotilla.sql;

import java.util.Set;
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

    /// Functions, and other words, that show what an earlier statement has left in the session, or leave there what a later
    /// one may see by other words.
    private static final Set<String> OF_SESSION =
            Set.of(
                    "LAST_INSERT_ID",
                    "FOUND_ROWS",
                    "ROW_COUNT",
                    "LASTVAL",
                    "PREVIOUS",
                    "RELEASE_LOCK",
                    "RELEASE_ALL_LOCKS",
                    "IS_USED_LOCK",
                    "IS_FREE_LOCK");

    /// Of a statement that holds this word or name outside of strings.
    ///
    /// @param word in upper case
    static Footprint ofWord(String word) {
        if (word.equals("GET_LOCK")) {
            return LOCKS;
        }
        return OF_SESSION.contains(word) ? STATE : TRACES;
    }

    /// Of all of them together.
    static Footprint all(Stream<Footprint> each) {
        return each.reduce(TRACES, Footprint::and);
    }

    Footprint and(Footprint other) {
        return compareTo(other) < 0 ? other : this;
    }
}
