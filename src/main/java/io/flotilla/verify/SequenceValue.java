package io.flotilla.verify;

/// Where a sequence is.
///
/// @param next the next value that no cache holds
/// @param increment its step
/// @param cycles how often it began anew
record SequenceValue(long next, long increment, long cycles) {
    /// Whether it has handed out more. A leader's may have: it hands values out before the transaction that took them is
    /// committed, or though that is rolled back.
    boolean aheadOf(SequenceValue other) {
        if (cycles != other.cycles) {
            return cycles > other.cycles;
        }
        return increment < 0 ? next < other.next : next > other.next;
    }

    String text() {
        return next + "/" + increment + "/" + cycles;
    }
}
