package io.flotilla.consensus;

import java.time.Duration;

/// How long a candidate waits for votes before it stands again.
///
/// Short at first: every split vote costs one such wait, and the library's default is a whole election timeout. Longer
/// with each term that found no leader: on a machine so busy that votes take longer than the first patience (two fsyncs
/// and a few wake-ups of threads), no election would ever succeed (seen: 70 terms in 40 s at load 20).
///
/// @param first the patience in a term behind one that had a leader
/// @param longest the most it grows to
record VotePatience(Duration first, Duration longest) {
    private static final Duration FIRST = Duration.ofMillis(150);

    static VotePatience of(Duration electionTimeout) {
        return new VotePatience(FIRST, Durations.times(electionTimeout, 4));
    }

    /// @param term the term this node stands in
    /// @param led the last term of which it knew a leader
    int millis(long term, long led) {
        long failed = Math.clamp(term - led - 1, 0, Integer.SIZE / 4);
        return (int) Math.min(first.toMillis() << failed, longest.toMillis());
    }
}
