package io.flotilla.replication;

import java.time.Duration;
import java.util.Collection;

/// What a node that needs another's data may expect of the others.
///
/// INVARIANT: none that could give is passed over; but nobody is waited for longer than it would take to do without, so
/// that nodes which have all lost their servers do not wait for each other.
///
/// @param follower one follows, and has data to give
/// @param leader one leads, and has data that its clients would have to wait for
/// @param soon one is about to know whether it has any
/// @param silent one does not answer
record Prospects(boolean follower, boolean leader, boolean soon, boolean silent) {
    /// How long only followers are asked while there may be one.
    static final Duration FOLLOWERS = Duration.ofSeconds(5);

    /// How long one that does not answer is taken for a follower. The answer of one that lives takes milliseconds.
    static final Duration SILENCE = Duration.ofSeconds(1);

    /// How long anybody is asked who has data and does not give them.
    static final Duration ANYBODY = Duration.ofSeconds(10);

    /// What is applied in a second where every tenth is a definition; rows alone are applied ten times faster.
    private static final long TRANSACTIONS = 1000;

    /// A server's start, and a copy of a base.
    private static final Duration START = Duration.ofSeconds(1);

    /// @param others how many there are
    static Prospects of(Collection<PeerStandings.Answer> answers, int others) {
        boolean follower = false;
        boolean leader = false;
        boolean soon = false;
        for (PeerStandings.Answer answer : answers) {
            switch (answer.role()) {
                case FOLLOWING -> follower = true;
                case PROMOTING, LEADING -> leader = true;
                case PROVING, STEPPING -> soon = true;
                case REBUILDING, UNPROVED, STOPPED -> {}
            }
        }
        return new Prospects(follower, leader, soon, answers.size() < others);
    }

    /// Whether a leader is asked as well.
    ///
    /// @param waited since the search began
    boolean leadersToo(Duration waited) {
        boolean followerExpected = follower || soon || (silent && waited.compareTo(SILENCE) < 0);
        return !followerExpected || waited.compareTo(FOLLOWERS) > 0;
    }

    /// Whether nobody is going to give anything in time.
    ///
    /// @param waited since the search began
    /// @param behind transactions that this node's own means, a base or nothing, lack
    boolean none(Duration waited, long behind) {
        if (follower || leader) {
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
