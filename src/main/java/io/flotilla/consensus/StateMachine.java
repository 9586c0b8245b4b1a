package io.flotilla.consensus;

/// What the replicated log drives. All methods are called by one thread, in order; none may block on anything but the
/// CPU, and an exception or error thrown by any of them halts the process (a state machine that skipped an entry is no
/// longer a copy).
///
/// After a start every committed entry that the log still has is given again, from its first index on; before it, where
/// the log was compacted, what was said of its beginning ([ReplicatedLog#compact]).
public interface StateMachine {
    /// The next committed data entry.
    void committed(long index, long term, byte[] entry);

    /// The log goes on behind `index`: entries up to there are not given any more, and this is what the state machine of
    /// some node said of them. Comes first after a start, and later when this node lacked entries that the leader no
    /// longer has.
    void restored(long index, byte[] state);

    /// This node leads in `term`; every entry of earlier terms was given before. May come twice for one term.
    void leading(long term);

    /// This node no longer leads in `term`. Comes late (behind committed entries): it is no fence.
    void notLeading(long term);

    /// Another node leads, or nobody is known to: [ReplicatedLog#leadership] says who.
    void leadershipChanged();
}
