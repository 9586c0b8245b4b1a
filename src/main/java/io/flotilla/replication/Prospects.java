package io.flotilla.replication;

import java.time.Duration;
import java.util.Collection;

/// What a node that needs another's data may expect of the others.
///
/// INVARIANT: none that could give is passed over; but nobody is waited for longer than it would take to do without, so
/// that nodes which have all lost their servers do not wait for each other.
///
/// @param best one follows near the end of the log, and has data to give
/// @param other one has data that are second best: it leads, and its clients would have to wait for them, or it follows
///     from far behind
/// @param soon one is about to know whether it has any
/// @param silent one does not answer
record Prospects(boolean best, boolean other, boolean soon, boolean silent) {
    /// How long only followers are asked while there may be one.
    static final Duration FOLLOWERS = Duration.ofSeconds(5);

    /// How long one that does not answer is taken for a follower. The answer of one that lives takes milliseconds.
    static final Duration SILENCE = Duration.ofSeconds(1);

    /// How long anybody is asked who has data and does not give them.
    static final Duration ANYBODY = Duration.ofSeconds(10);

    /// What is applied in a second where every tenth is a definition; rows alone are applied ten times faster.
    private static final long TRANSACTIONS = 1000;

    /// What is fed in the time for which only followers are asked: from further behind a copy saves nothing.
    private static final long NEAR = TRANSACTIONS * FOLLOWERS.toSeconds();

    /// A server's start, and a copy of a base.
    private static final Duration START = Duration.ofSeconds(1);

    /// @param others how many there are
    /// @param last the seq at which the log ends
    static Prospects of(Collection<PeerStandings.Answer> answers, int others, long last) {
        boolean best = false;
        boolean other = false;
        boolean soon = false;
        for (PeerStandings.Answer answer : answers) {
            switch (answer.role()) {
                case FOLLOWING -> {
                    boolean near = last - answer.applied() <= NEAR;
                    best |= near;
                    other |= !near;
                }
                case PROMOTING, LEADING -> other = true;
                case PROVING, STEPPING -> soon = true;
                case REBUILDING, UNPROVED, STOPPED -> {}
            }
        }
        return new Prospects(best, other, soon, answers.size() < others);
    }

    /// Whether a leader is asked as well.
    ///
    /// @param waited since the search began
    boolean leadersToo(Duration waited) {
        boolean bestExpected = best || soon || (silent && waited.compareTo(SILENCE) < 0);
        return !bestExpected || waited.compareTo(FOLLOWERS) > 0;
    }

    /// Whether nobody is going to give anything in time.
    ///
    /// @param waited since the search began
    /// @param behind transactions that this node's own means, a base or nothing, lack
    boolean none(Duration waited, long behind) {
        if (best || other) {
            return waited.compareTo(ANYBODY) > 0;
        }
        return !(soon || silent) || waited.compareTo(without(behind)) > 0;
    }

    /// What it takes at most to do without others' data, as far as it is worth waiting.
    private static Duration without(long behind) {
        Duration feeding = Duration.ofMillis(behind * 1000 / TRANSACTIONS);
        Duration all = START.plus(feeding);
        return all.compareTo(ANYBODY) < 0 ? all : ANYBODY;
    }
}
